/** Outgoing webhooks against a receiver of somebody else's: signed, retried, replayed, told once for each id, and not sent inside. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROUTES, type RouteName } from '@slipway/contracts/api';
import { WEBHOOK_KIND_NAMES } from '@slipway/contracts/webhook-kinds';
import type { FastifyInstance } from 'fastify';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openWebhookSender } from '../../packages/server/src/drivers/webhooks/client.ts';
import { queueWebhooks } from '../../packages/server/src/flows/queue-webhooks.ts';
import { requestPreview } from '../../packages/server/src/flows/request-preview.ts';
import { openWebhookSending } from '../../packages/server/src/flows/send-webhooks.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { webhookRoutes } from '../../packages/server/src/http/webhooks.ts';
import { openLive } from '../../packages/server/src/start/live.ts';
import { raiseEvent, resolveEvent } from '../../packages/server/src/store/events.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { pruneWebhookDeliveries } from '../../packages/server/src/store/webhook-deliveries.ts';
import { noticeViews } from '../../packages/server/src/views/notice-view.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';
import { takeStages } from './served-staging.ts';

const never = new AbortController().signal;
const HOUR = 3600_000;
const PROJECT = { project: 'shop' };

let shop: Shop;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop.remove());

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: string;
}

let site: Site;
let plane: ControlPlane;
let app: FastifyInstance;
let receiver: Server;
let url: string;
let got: Got[];
/** What the receiver answers; the last one from then on. */
let answers: number[];
beforeEach(async () => {
  [got, answers] = [[], [200]];
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    got.push({ headers: request.headers, body, at: request.url ?? '' });
    const code = (answers.length > 1 ? answers.shift() : answers[0]) ?? 200;
    response.writeHead(code, code === 302 ? { location: url } : {}).end(`said ${code} `.repeat(1000));
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook/key-in-path`;
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start();
  await takeStages(plane, 'notify: { channels: { ops: { kind: webhook, events: [attention] } } }\n');
  app = serve(true);
});
afterEach(async () => {
  await app.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await site.remove();
});

const serve = (privateToo: boolean): FastifyInstance => {
  const made = makeServer({
    ...{ token: new Secret('token'), tokenFile: '/token', logger: plane.slipway.logger, newId, db: plane.slipway.db },
  });
  webhookRoutes(made, plane.slipway, { sender: openWebhookSender({ privateToo }), woken: () => undefined });
  return made;
};
const ask = async (route: RouteName, parameters: Readonly<Record<string, string>> = {}, payload?: object, of = app) => {
  const { method, path } = ROUTES[route];
  const address = path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent({ ...PROJECT, ...parameters }[name] ?? 'x'),
  );
  const headers = { authorization: 'Bearer token' };
  const answer = await of.inject({ method, url: address, headers, ...(payload === undefined ? {} : { payload }) });
  return { status: answer.statusCode, body: answer.json() };
};
const add = async (kinds: readonly string[] = WEBHOOK_KIND_NAMES): Promise<{ id: string; secret: string }> =>
  (await ask('createWebhook', {}, { url, kinds })).body;
const happen = (subject = 'backup'): Promise<boolean> =>
  raiseEvent(plane.slipway.db, {
    project: 'shop',
    kind: 'backup-late',
    subject,
    message: 'a customer is called Mr. Smith',
  });
const queueAll = async (): Promise<void> => {
  while ((await queueWebhooks(plane.slipway)) > 0);
};
const sending = (privateToo = true, of = plane) => openWebhookSending(of.slipway, openWebhookSender({ privateToo }));
/** Everything that is due, once. */
const send = async (privateToo = true): Promise<void> => {
  await queueAll();
  const on = sending(privateToo);
  await on.begin(never);
  await on.ended();
};
const deliveries = async (webhook: string) => (await ask('webhookDeliveries', { webhook })).body;
const verify = (secret: string, { headers, body }: Got): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe('a message', () => {
  test('is what a library for Standard Webhooks takes, and says what happened', async () => {
    const { id, secret } = await add(['attention.wanted']);
    await happen();
    await send();

    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(verify(secret, got[0] as Got)).toEqual({
      id: got[0]?.headers['webhook-id'],
      kind: 'attention.wanted',
      at: expect.stringMatching(/Z$/),
      project: 'shop',
      environment: null,
      object: { project: 'shop', kind: 'backup-late', subject: 'backup', at: expect.any(String), resolvedAt: null },
    });
    expect(() => verify(`whsec_${Buffer.alloc(32).toString('base64')}`, got[0] as Got)).toThrow();
    expect(() => verify(secret, { ...(got[0] as Got), body: `${got[0]?.body} ` })).toThrow();
    expect(await deliveries(id)).toMatchObject([
      {
        kind: 'attention.wanted',
        state: 'delivered',
        attempts: 1,
        code: 200,
        error: null,
        answer: expect.stringMatching(/^said 200/),
      },
    ]);
    expect((await deliveries(id))[0].answer.length).toBeLessThanOrEqual(2048);
  });

  test('is sent for what was asked for, from when it was asked for, to its project, once', async () => {
    await happen('before');
    const { id } = await add(['attention.over']);
    await happen('after');
    await resolveEvent(plane.slipway.db, { project: 'shop', kind: 'backup-late', subject: 'before' });
    await send();
    await query(plane.slipway.db, `update ops.change_marks set id = 0 where name = 'webhooks'`);
    await send();

    expect(got.map(({ body }) => JSON.parse(body).object.subject)).toEqual(['before']);
    expect(await deliveries(id)).toHaveLength(1);
  });

  test('of a preview has its state and its address, and nobody’s password', async () => {
    await add();
    await shop.push('feature', { 'README.md': 'Two\n' });
    await openPreview(12, 'feature');
    await send();
    const bodies = got.map(({ body }) => JSON.parse(body));

    expect(bodies.map(({ kind }) => kind).sort()).toEqual(['preview.live', 'run.finished']);
    const live = bodies.find(({ kind }) => kind === 'preview.live');
    expect(live.object).toMatchObject({ number: 12, state: 'live', failure: null, url: expect.any(String) });
    const password = (await plane.secrets.ensure('shop/pr-12', 'admin-password')).reveal();
    expect(password.length).toBeGreaterThan(8);
    expect(JSON.stringify(bodies)).not.toContain(password);
    expect(live.object).not.toHaveProperty('login');
  });

  test('of a failure says where and which, and quotes neither log nor database; a secret in a name is masked', async () => {
    await add();
    await plane.secrets.set({
      project: 'shop',
      stage: 'preview',
      name: 'KEY',
      value: new Secret('hunter2-hunter2'),
      by: 'ada',
    });
    site.world.mood = (job) => (job === 'install' || job === 'update' ? 'install-fails' : 'clean');
    await shop.push('hunter2-hunter2', { 'README.md': 'Three\n' });
    await openPreview(13, 'hunter2-hunter2');
    await send();
    const failed = got.map(({ body }) => JSON.parse(body)).find(({ kind }) => kind === 'preview.failed');

    expect(failed.object.failure).toEqual({ code: expect.any(String), step: expect.any(String) });
    expect(failed.object.branch).toBe('[secret]');
    expect(got.map(({ body }) => body).join()).not.toMatch(/hunter2|lastLines|Traceback/);
  });
});

const openPreview = async (number: number, ref: string): Promise<void> => {
  const of = { project: 'shop', number, ref, base: 'main', branch: ref, title: null, author: 'mona' };
  await requestPreview(plane.slipway, { ...of, fork: false, fresh: false, requestedBy: 'mona', headUpdatedAt: null });
  await plane.drain();
};

describe('an attempt that fails', () => {
  test('is followed by another, with the same id and the same bytes, signed anew', async () => {
    answers = [500, 200];
    const { id, secret } = await add();
    await happen();
    await send();
    expect(await deliveries(id)).toMatchObject([
      { state: 'waiting', attempts: 1, code: 500, error: 'it answered 500', nextAt: expect.any(String) },
    ]);
    await send();
    expect(got).toHaveLength(1);
    site.clock.advance(7000);
    await send();

    expect(await deliveries(id)).toMatchObject([{ state: 'delivered', attempts: 2, code: 200, nextAt: null }]);
    expect(got.map(({ headers }) => headers['webhook-id'])).toEqual([
      got[0]?.headers['webhook-id'],
      got[0]?.headers['webhook-id'],
    ]);
    expect(got[1]?.body).toBe(got[0]?.body);
    expect(got[1]?.headers['webhook-timestamp']).not.toBe(got[0]?.headers['webhook-timestamp']);
    verify(secret, got[0] as Got);
  });

  test('for a day is given up, and people are told once', async () => {
    answers = [503];
    const { id } = await add();
    await happen('one');
    await happen('two');
    await send();
    site.clock.advance(25 * HOUR);
    await send();

    expect(await deliveries(id)).toMatchObject([{ state: 'given-up' }, { state: 'given-up' }]);
    const told = await noticeViews(plane.slipway.db, 'shop', 10);
    expect(told.map(({ title }) => title)).toEqual([expect.stringContaining('was given up after a day: 127.0.0.1')]);
    expect(JSON.stringify(told)).not.toContain('key-in-path');
  });

  test('for three days switches the webhook off; switched on again it begins anew', async () => {
    answers = [503];
    const { id } = await add();
    await happen('one');
    await send();
    site.clock.advance(73 * HOUR);
    await happen('two');
    await send();

    const [off] = (await ask('webhooks')).body;
    expect(off).toMatchObject({ id, active: false, reason: expect.stringContaining('no attempt has succeeded since') });
    expect((await noticeViews(plane.slipway.db, 'shop', 10)).map(({ title }) => title).join()).toContain(
      'switched off',
    );
    expect((await ask('replayWebhook', { webhook: id, delivery: (await deliveries(id))[0].id })).body.code).toBe(
      'webhook-off',
    );
    const before = got.length;
    await happen('missed');
    await send();
    expect(got).toHaveLength(before);

    answers = [200];
    expect((await ask('changeWebhook', { webhook: id }, { active: true })).body).toMatchObject({
      active: true,
      reason: null,
      failingSince: null,
    });
    await happen('heard');
    await send();
    expect(got.slice(before).map(({ body }) => JSON.parse(body).object.subject)).toEqual(['heard']);
  });

  test.each([
    [302, 'it answered 302; redirections are not followed'],
    [404, 'it answered 404'],
  ])('with %i is not followed elsewhere', async (code, error) => {
    answers = [code];
    const { id } = await add();
    await happen();
    await send();

    expect(got).toHaveLength(1);
    expect(await deliveries(id)).toMatchObject([{ state: 'waiting', code, error }]);
  });

  test('for want of an answer says so, and its connection is closed', async () => {
    const { id } = await add();
    receiver.removeAllListeners('request');
    const closed = Promise.withResolvers<void>();
    receiver.on('request', (request) => request.socket.once('close', () => closed.resolve()));
    await happen();
    await queueAll();
    const on = openWebhookSending(plane.slipway, openWebhookSender({ privateToo: true, patienceMilliseconds: 300 }));
    await on.begin(never);
    await on.ended();
    await closed.promise;

    expect(await deliveries(id)).toMatchObject([
      { state: 'waiting', code: null, error: 'there was no answer in time' },
    ]);
  });

  test('of one address holds up no other', async () => {
    const stuck = createServer(() => undefined);
    await new Promise<void>((resolve) => stuck.listen(0, '127.0.0.1', resolve));
    const dead = `http://127.0.0.1:${(stuck.address() as AddressInfo).port}/`;
    await ask('createWebhook', {}, { url: dead, kinds: ['attention.wanted'] });
    await add();
    for (let i = 0; i < 12; i++) await happen(String(i));
    await queueAll();
    const on = sending();
    const stop = new AbortController();
    for (let i = 0; i < 40 && got.length < 12; i++) {
      await on.begin(stop.signal);
      await sleep(50);
    }

    expect(got).toHaveLength(12);
    stop.abort();
    await on.ended();
    stuck.closeAllConnections();
    stuck.close();
  });
});

describe('a process that dies', () => {
  test('between sending and writing it down sends it twice, with one id', async () => {
    const { id } = await add();
    await happen();
    await queueAll();
    // It is gone when the answer comes, and cannot write that down.
    receiver.prependListener('request', () => void (plane.life.dead || plane.kill()));
    await sending().begin(never);
    await vi.waitFor(() => expect(got).toHaveLength(1));
    await app.close();
    plane = await site.start();
    app = serve(true);
    site.clock.advance(30_000);
    expect(await sending().begin(never)).toBe(0);
    site.clock.advance(31_000);
    const after = sending();
    receiver.removeAllListeners('request').on('request', (request, response) => {
      got.push({ headers: request.headers, body: '', at: '' });
      response.end();
    });
    await after.begin(never);
    await after.ended();

    expect(got).toHaveLength(2);
    expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await deliveries(id)).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });

  test('while messages are made makes them later, each once', async () => {
    const { id } = await add();
    for (let i = 0; i < 5; i++) await happen(String(i));
    const broken = { ...plane.slipway, knownSecrets: () => Promise.reject(new Error('killed')) };
    await expect(queueWebhooks(broken)).rejects.toThrow('killed');
    expect(await deliveries(id)).toEqual([]);
    const next = await site.start();
    await Promise.all([queueWebhooks(plane.slipway), queueWebhooks(next.slipway)]);
    await queueAll();

    expect(await deliveries(id)).toHaveLength(5);
  });
});

describe('an administrator', () => {
  test('sees a secret once, and no answer or audit has it again', async () => {
    const { id, secret } = await add();
    const rotated = (await ask('rotateWebhook', { webhook: id })).body;
    await ask('changeWebhook', { webhook: id }, { kinds: ['run.finished'] });
    await ask('testWebhook', { webhook: id });
    const everything = JSON.stringify([
      (await ask('webhooks')).body,
      await deliveries(id),
      await query(plane.slipway.db, 'select * from ops.audit_log, ops.webhooks, ops.webhook_deliveries'),
    ]);

    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(rotated.secret);
    expect(
      await query(plane.slipway.db, `select what from ops.audit_log where what like 'webhook.%' order by id`),
    ).toEqual(['create', 'rotate', 'change', 'test'].map((what) => ({ what: `webhook.${what}` })));
    expect(JSON.stringify(await query(plane.slipway.db, 'select details from ops.audit_log'))).not.toContain(
      'key-in-path',
    );
  });

  test('rotates it, and for a day either is right', async () => {
    const { id, secret } = await add();
    const rotated = (await ask('rotateWebhook', { webhook: id })).body;
    expect(rotated).toMatchObject({ id, formerSecretUntil: expect.stringMatching(/Z$/) });
    await happen('one');
    await send();
    verify(secret, got[0] as Got);
    verify(rotated.secret, got[0] as Got);
    site.clock.advance(25 * HOUR);
    await happen('two');
    await queueAll();
    await send();

    // The library asks what time it is, and the site's is a day ahead.
    vi.useFakeTimers({ now: site.clock.now(), toFake: ['Date'] });
    try {
      verify(rotated.secret, got[1] as Got);
      expect(() => verify(secret, got[1] as Got)).toThrow('No matching signature');
    } finally {
      vi.useRealTimers();
    }
  });

  test('replays what was told, with the same id', async () => {
    const { id, secret } = await add();
    await happen();
    await send();
    const [delivery] = await deliveries(id);
    expect((await ask('replayWebhook', { webhook: id, delivery: delivery.id })).body).toMatchObject({
      state: 'waiting',
      attempts: 0,
    });
    await send();

    expect(got.map(({ headers }) => headers['webhook-id'])).toEqual([delivery.id, delivery.id]);
    expect(got[1]?.body).toBe(got[0]?.body);
    verify(secret, got[0] as Got);
    expect((await ask('replayWebhook', { webhook: id, delivery: 'msg_0' })).body.code).toBe('webhook-delivery-unknown');
  });

  test('tries it, and is told at once what came of it', async () => {
    answers = [500];
    const { id, secret } = await add();
    expect((await ask('testWebhook', { webhook: id })).body).toMatchObject({
      kind: 'webhook.test',
      state: 'given-up',
      code: 500,
    });
    answers = [204];
    expect((await ask('testWebhook', { webhook: id })).body).toMatchObject({
      state: 'delivered',
      attempts: 1,
      code: 204,
    });

    expect(verify(secret, got[1] as Got)).toMatchObject({ kind: 'webhook.test' });
    // A test that fails says nothing of the days before.
    expect((await ask('webhooks')).body).toMatchObject([{ failingSince: null }]);
  });

  test('removes one with all that it was told, and its secret', async () => {
    const { id } = await add();
    await happen();
    await send();
    expect((await ask('removeWebhook', { webhook: id })).body).toMatchObject({ id });

    expect((await ask('webhookDeliveries', { webhook: id })).body.code).toBe('webhook-unknown');
    expect(await query(plane.slipway.db, `select from ops.secrets where environment like '%webhooks%'`)).toEqual([]);
    await happen('later');
    await send();
    expect(got).toHaveLength(1);
  });

  test('reads a log of many messages page by page', async () => {
    const { id } = await add();
    for (let i = 0; i < 5; i++) await happen(String(i));
    await queueAll();
    const all = (await deliveries(id)).map((one: { id: string }) => one.id);
    const page = async (query: string) =>
      (
        await app.inject({
          url: `/api/v1/projects/shop/webhooks/${id}/deliveries${query}`,
          headers: { authorization: 'Bearer token' },
        })
      )
        .json()
        .map((one: { id: string }) => one.id);

    expect(await page('?limit=2')).toEqual(all.slice(0, 2));
    expect(await page(`?limit=2&before=${all[1]}`)).toEqual(all.slice(2, 4));
    expect(await page('?state=delivered')).toEqual([]);
  });
});

test('what was told goes after its time, what waits does not', async () => {
  const { id } = await add();
  await happen('told');
  await send();
  answers = [500];
  await happen('waits');
  await send();
  const later = new Date(Date.now() + HOUR).toISOString();

  expect(await pruneWebhookDeliveries(plane.slipway.db, new Date(Date.now() - HOUR).toISOString(), 10)).toBe(0);
  expect(await pruneWebhookDeliveries(plane.slipway.db, later, 10)).toBe(1);
  expect(await deliveries(id)).toMatchObject([{ state: 'waiting' }]);
});

test('what is started with the control plane sends by itself, and stops', async () => {
  const live = openLive(plane.slipway, { webhooksPrivate: true });
  try {
    await add();
    await happen();
    live.changed();
    await vi.waitFor(() => expect(got).toHaveLength(1), { timeout: 10_000 });
  } finally {
    await live.loop.stop();
  }
});

describe('an address', () => {
  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://10.1.2.3/',
    'http://169.254.169.254/latest/meta-data',
    'http://localhost:8787/',
    'ftp://example.com/',
    'https://user:secret@example.com/',
    'example.com',
  ])('%s is refused', async (address) => {
    const strict = serve(false);
    const { status, body } = await ask('createWebhook', {}, { url: address, kinds: ['run.finished'] }, strict);

    expect([status, body.code]).toEqual([400, 'webhook-address-refused']);
    expect(JSON.stringify(body)).not.toContain('secret@');
    await strict.close();
  });

  test('that leads inside only when it is sent to is not connected to', async () => {
    const { id } = await add();
    const port = new URL(url).port;
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]']) {
      await query(plane.slipway.db, 'update ops.webhooks set url = $1', [`http://${host}:${port}/`]);
      await happen(host);
      await send(false);
    }

    expect(got).toEqual([]);
    for (const one of await deliveries(id))
      expect(one).toMatchObject({
        state: 'waiting',
        code: null,
        error: expect.stringContaining('into a network of its own'),
      });
  });
});
