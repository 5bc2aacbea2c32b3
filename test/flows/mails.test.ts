import type { FastifyInstance } from 'fastify';
import { createTransport } from 'nodemailer';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { readMail } from '../../packages/server/src/drivers/egress/gateway/mails.ts';
import { mailRoutes } from '../../packages/server/src/http/mails.ts';
import { previewRoutes } from '../../packages/server/src/http/previews.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { recordAttempts } from '../../packages/server/src/store/egress.ts';
import { keepMail } from '../../packages/server/src/store/mails.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

let shop: Shop;
let site: Site;
let plane: ControlPlane;
let app: FastifyInstance;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop.remove());
beforeEach(async () => {
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start();
  app = makeServer({
    token: new Secret('token'),
    tokenFile: '/token',
    logger: plane.slipway.logger,
    newId,
    db: plane.slipway.db,
  });
  previewRoutes(app, plane.slipway);
  mailRoutes(app, plane.slipway);
  for (const number of [1, 2]) await ask('POST', '/projects/shop/previews', { number, ref: 'main' });
});
afterEach(async () => {
  await app.close();
  await site.remove();
});

const ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) =>
  app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { authorization: 'Bearer token' },
    ...(body === undefined ? {} : { payload: body }),
  });
const MAILS = '/environments/shop%2Fpr-1/mails';

const PAGE = '<script>alert(1)</script>';
const caught = async (environment: string, subject: string): Promise<string> => {
  const { message } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
    from: 'shop@example.com',
    to: 'customer@example.com',
    subject,
    text: 'Guten Tag',
    attachments: [{ filename: 'Zoë "1".html', content: PAGE, contentType: 'text/html' }],
  });
  const id = newId('mail');
  const read = await readMail(message as Buffer);
  await keepMail(plane.slipway.db, { ...read, environment, sender: 'shop@example.com', recipients: ['a@b.c'] }, id);
  return id;
};

test('mails are listed, searched, paged and read by environment', async () => {
  const ids = [await caught('shop/pr-1', 'Angebot'), await caught('shop/pr-1', 'Rechnung')].sort();
  await caught('shop/pr-2', 'Rechnung');
  const subjects = async (query: string) =>
    (await ask('GET', `${MAILS}${query}`)).json().map(({ subject }: { subject: string }) => subject);

  expect((await subjects('')).sort()).toEqual(['Angebot', 'Rechnung']);
  expect(await subjects('?search=rechnung')).toEqual(['Rechnung']);
  expect((await subjects('?limit=1')).length).toBe(1);
  expect((await subjects(`?before=${ids[1]}`)).length).toBe(1);
  expect((await ask('GET', `${MAILS}?limit=x`)).statusCode).toBe(400);
  expect((await ask('GET', `${MAILS}/${ids[0]}`)).json()).toMatchObject({
    text: 'Guten Tag\n',
    recipients: ['a@b.c'],
    attachments: [{ name: 'Zoë "1".html', type: 'text/html', bytes: PAGE.length }],
  });
  for (const path of [`/${ids[0]}`, `/${ids[0]}/raw`, `/${ids[0]}/attachments/0`])
    expect((await ask('GET', `/environments/shop%2Fpr-2/mails${path}`)).json()).toMatchObject({ code: 'mail-unknown' });
  expect((await ask('GET', '/environments/shop%2Fpr-9/mails')).json()).toMatchObject({ code: 'environment-unknown' });
});

test('what strangers sent goes out as a download, never as a page of ours', async () => {
  const id = await caught('shop/pr-1', 'Angebot');

  const raw = await ask('GET', `${MAILS}/${id}/raw`);
  const file = await ask('GET', `${MAILS}/${id}/attachments/0`);

  expect(raw.body).toContain('Subject: Angebot');
  expect(raw.headers['content-type']).toBe('message/rfc822');
  expect(file.body).toBe(PAGE);
  expect(file.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'content-disposition': `attachment; filename*=UTF-8''Zo%C3%AB%20%221%22.html`,
  });
  for (const index of ['1', '-1', 'x', '0.5'])
    expect((await ask('GET', `${MAILS}/${id}/attachments/${index}`)).statusCode).toBe(400);
});

test("a mail's HTML is a page that can run, load and send nothing, with its own pictures in it", async () => {
  const { message } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
    ...{ from: 'shop@example.com', to: 'customer@example.com', subject: 'Page' },
    html: `<LINK rel="preconnect" href="https://tracker.example"><base href="https://elsewhere.example/"><meta/http-equiv=refresh content=0>
      <img src="cid:logo@shop"><img src="cid:evil@shop"><img src="cid:unknown"><linkage>${PAGE}`,
    attachments: [
      { cid: 'logo@shop', filename: 'logo.png', content: 'png', contentType: 'image/png' },
      { cid: 'evil@shop', filename: 'evil', content: PAGE, contentType: 'text/html' },
    ],
  });
  const id = newId('mail');
  const read = await readMail(message as Buffer);
  await keepMail(plane.slipway.db, { ...read, environment: 'shop/pr-1', sender: 'a@b.c', recipients: ['a@b.c'] }, id);

  const { body, headers } = await ask('GET', `${MAILS}/${id}/html`);

  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['x-content-type-options']).toBe('nosniff');
  const policy = String(headers['content-security-policy']).split('; ');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("form-action 'none'");
  expect(policy).toContain('sandbox allow-same-origin');
  expect(String(headers['content-security-policy'])).not.toMatch(/script|allow-forms|allow-top|https?:/);
  expect(body).not.toMatch(/<(link|base|meta)[\s/>]/i);
  expect(body).toContain('<linkage>');
  expect(body).toContain(`<img src="data:image/png;base64,${Buffer.from('png').toString('base64')}">`);
  expect(body).toContain('<img src="cid:evil@shop"><img src="cid:unknown">');
  expect((await ask('GET', `/environments/shop%2Fpr-2/mails/${id}/html`)).json()).toMatchObject({
    code: 'mail-unknown',
  });
});

test('one mail or all are deleted, and it is written down who did', async () => {
  const id = await caught('shop/pr-1', 'Angebot');
  await caught('shop/pr-1', 'Rechnung');
  await caught('shop/pr-2', 'Rechnung');

  expect((await ask('DELETE', `${MAILS}/${id}`)).json()).toEqual({ deleted: 1 });
  expect((await ask('DELETE', `${MAILS}/${id}`)).statusCode).toBe(404);
  expect((await ask('DELETE', MAILS)).json()).toEqual({ deleted: 1 });

  expect((await ask('GET', '/environments/shop%2Fpr-2/mails')).json().length).toBe(1);
  const { rows } = await plane.slipway.db.query(`select target from ops.audit_log where what = 'mail.delete'`);
  expect(rows).toEqual([{ target: 'shop/pr-1' }, { target: 'shop/pr-1' }]);
});

test('attempts are listed by outcome and time', async () => {
  const at = '2026-03-01T10:00:00.000Z';
  const attempt = {
    environment: 'shop/pr-1',
    port: 443,
    count: 2,
    bytesSent: 1,
    bytesReceived: 2,
    firstAt: at,
    lastAt: at,
  };
  await recordAttempts(plane.slipway.db, [
    { ...attempt, kind: 'connect', host: 'a.example', outcome: 'allowed', reason: '' },
    { ...attempt, kind: 'connect', host: 'b.example', outcome: 'refused', reason: 'not on the list' },
  ]);
  const hosts = async (query: string) => {
    const answer = await ask('GET', `/environments/shop%2Fpr-1/egress${query}`);
    return answer.statusCode === 200 ? answer.json().map(({ host }: { host: string }) => host) : answer.statusCode;
  };

  expect(await hosts('')).toEqual(['a.example', 'b.example']);
  expect(await hosts('?outcome=refused')).toEqual(['b.example']);
  expect(await hosts('?since=2026-03-01T11:00:00Z')).toEqual([]);
  expect(await hosts('?since=yesterday')).toBe(400);
  expect(await hosts('?outcome=none')).toBe(400);
});
