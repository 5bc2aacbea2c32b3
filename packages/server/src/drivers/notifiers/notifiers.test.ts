import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Notice } from '../../domain/notice.ts';
import { Secret } from '../../domain/secret.ts';
import { openEmail } from './email/client.ts';
import { openPagerduty } from './pagerduty/client.ts';
import { openSlack } from './slack/client.ts';
import { openWebhook } from './webhook/client.ts';

const notice: Notice = {
  id: 'ntc_1',
  kind: 'deployment-failed',
  phase: 'open',
  severity: 'critical',
  project: 'shop',
  subject: 'deployment:shop/production',
  title: 'deploy-production of shop/production failed <!channel> & more',
  facts: { Commit: 'a1b2c3', Step: 'await-ready' },
  at: '2026-03-01T10:00:00.000Z',
};
const never = new AbortController().signal;

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A real server on loopback that keeps what it is asked, and answers as a test wants. */
const listen = async (reply: (response: ServerResponse, asked: Asked) => void) => {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    asked.push({ path: `${request.method} ${request.url}`, headers: request.headers, body });
    reply(response, asked.at(-1) as Asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
const fails = async (sending: Promise<void>) => {
  const { code, message, facts } = await sending.then(
    () => ({ code: 'none', message: 'it was sent', facts: {} }),
    (error) => error,
  );
  expect(code).toBe('notice-not-sent');
  return { message, facts };
};

describe('Slack', () => {
  const schema = async () => {
    const file = join(import.meta.dirname, '../../../../../test/fixtures/slack/incoming-webhook.schema.json');
    return new Ajv({ strict: false, logger: false }).compile(JSON.parse(await readFile(file, 'utf8')));
  };
  /** As Slack does it: what its types do not allow is answered 400. */
  const slack = async () => {
    const valid = await schema();
    return listen((response, { body }) =>
      valid(JSON.parse(body)) ? response.end('ok') : response.writeHead(400).end('invalid_payload'),
    );
  };

  it('takes every kind of message, as its own types say', async () => {
    await using server = await slack();
    const slow = openSlack({ url: new Secret(`${server.url}/services/T/B/x\n`) });
    const long = {
      Long: 'x'.repeat(10_000),
      ...Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${i}`, 'y'])),
    };

    await slow.send(notice, never);
    await slow.send({ ...notice, phase: 'over', severity: 'info', facts: {} }, never);
    await slow.send({ ...notice, title: 'z'.repeat(5000), facts: long }, never);

    expect(server.asked[0]?.path).toBe('POST /services/T/B/x');
    const [section] = JSON.parse(server.asked[0]?.body ?? '').blocks;
    expect(section.text.text).toBe(
      ':rotating_light: deploy-production of shop/production failed &lt;!channel&gt; &amp; more',
    );
    const big = JSON.parse(server.asked[2]?.body ?? '').blocks[0];
    expect(big.text.text.length).toBeLessThanOrEqual(3000);
    expect(big.fields).toHaveLength(10);
    for (const { text } of big.fields) expect(text.length).toBeLessThanOrEqual(2000);
  });

  it('is refused by these types when a message is not of their shape', async () => {
    const valid = await schema();

    expect(valid({ text: 'x', blocks: [{ type: 'section', txt: {} }] })).toBe(false);
  });

  it('that has no such webhook, or is too busy, says so, and never its address', async () => {
    await using none = await listen((response) => response.writeHead(404).end('no_service'));
    await using busy = await listen((response) => response.writeHead(429, { 'retry-after': '30' }).end());

    const secret = '/services/T0/B0/topsecret';
    const gone = await fails(openSlack({ url: new Secret(none.url + secret) }).send(notice, never));
    expect(gone.message).toBe('Slack did not take the message: it answered 404: no_service.');
    const later = await fails(openSlack({ url: new Secret(busy.url + secret) }).send(notice, never));
    expect(later.facts).toMatchObject({ retryAfter: 30 });
    const away = await fails(openSlack({ url: new Secret(`http://127.0.0.1:1${secret}`) }).send(notice, never));
    const odd = await fails(openSlack({ url: new Secret(`file:///etc${secret}`) }).send(notice, never));
    for (const { message } of [gone, later, away, odd]) expect(message).not.toContain('topsecret');
  });
});

describe('PagerDuty', () => {
  const key = '0123456789abcdef0123456789abcdef';
  const routing = { routing_key: z.literal(key) };
  const change = {
    summary: z.string().max(1024),
    source: z.string().min(1),
    timestamp: z.iso.datetime(),
    custom_details: z.record(z.string(), z.unknown()),
  };
  /** Events API v2, as PagerDuty documents it; nothing more is allowed here. */
  const bodies: Readonly<Record<string, z.ZodType>> = {
    'POST /v2/enqueue': z.discriminatedUnion('event_action', [
      z.strictObject({ ...routing, event_action: z.literal('resolve'), dedup_key: z.string().max(255) }),
      z.strictObject({
        ...routing,
        event_action: z.literal('trigger'),
        dedup_key: z.string().max(255),
        client: z.string(),
        payload: z.strictObject({
          ...change,
          severity: z.enum(['critical', 'warning', 'error', 'info']),
          component: z.string(),
          group: z.string(),
          class: z.string(),
        }),
      }),
    ]),
    'POST /v2/change/enqueue': z.strictObject({ ...routing, payload: z.strictObject(change) }),
  };
  const pagerduty = () =>
    listen((response, { path, body }) => {
      const fits = bodies[path]?.safeParse(JSON.parse(body));
      response.writeHead(fits?.success ? 202 : 400).end(JSON.stringify(fits?.error?.issues ?? { status: 'success' }));
    });

  it('opens an incident, opens no second one for the same trouble, resolves it, and is told news', async () => {
    await using server = await pagerduty();
    const pager = openPagerduty({ key: new Secret(`${key}\n`), address: server.url, source: 'a1b2' });

    await pager.send({ ...notice, title: 'x'.repeat(3000), subject: 's'.repeat(400) }, never);
    await pager.send(notice, never);
    await pager.send({ ...notice, id: 'ntc_2' }, never);
    await pager.send({ ...notice, id: 'ntc_3', kind: 'deployment-succeeded', phase: 'over' }, never);
    await pager.send({ ...notice, id: 'ntc_4', kind: 'deployment-started', phase: 'news' }, never);

    const sent = server.asked.map(({ body }) => JSON.parse(body));
    expect(sent.map(({ event_action, dedup_key }) => [event_action, dedup_key]).slice(1)).toEqual([
      ['trigger', 'slipway/a1b2/deployment:shop/production'],
      ['trigger', 'slipway/a1b2/deployment:shop/production'],
      ['resolve', 'slipway/a1b2/deployment:shop/production'],
      [undefined, undefined],
    ]);
    expect(server.asked.at(-1)?.path).toBe('POST /v2/change/enqueue');
  });

  it('that does not take the key says so', async () => {
    await using server = await pagerduty();
    const pager = openPagerduty({ key: new Secret('wrong'), address: server.url, source: 'a' });

    expect((await fails(pager.send(notice, never))).message).toMatch(
      /^PagerDuty did not take the message: it answered 400/,
    );
  });
});

describe('a webhook', () => {
  const clock = { now: () => new Date('2026-03-01T10:00:05.000Z') };

  it('gets the notice signed over time and bytes, with an id that stays the same', async () => {
    await using server = await listen((response) => response.writeHead(204).end());
    const hook = openWebhook({ url: new Secret(`${server.url}/hook`), secret: new Secret('shared'), clock });

    await hook.send(notice, never);
    await hook.send(notice, never);

    const [first, again] = server.asked;
    expect(JSON.parse(first?.body ?? '')).toEqual({ version: 1, ...notice });
    expect(first?.headers).toMatchObject({ 'slipway-notice': 'ntc_1', 'slipway-timestamp': '1772359205' });
    const wanted = createHmac('sha256', 'shared').update(`1772359205.${first?.body}`).digest('hex');
    expect(first?.headers['slipway-signature']).toBe(`sha256=${wanted}`);
    expect(again?.headers['slipway-notice']).toBe('ntc_1');
  });

  it('is not followed elsewhere, and one that is stopped or never ends its answer ends all the same', async () => {
    await using away = await listen((response) => response.end());
    await using moved = await listen((response) => response.writeHead(307, { location: away.url }).end());
    await using chatty = await listen((response) => {
      response.writeHead(500);
      const talk = setInterval(() => response.write('no '.repeat(100)), 5);
      response.on('close', () => clearInterval(talk));
    });
    const hook = (url: string, signal = never) =>
      openWebhook({ url: new Secret(url), secret: new Secret('s'), clock }).send(notice, signal);

    expect((await fails(hook(moved.url))).message).toContain('it answered 307');
    expect(away.asked).toEqual([]);
    expect((await fails(hook(chatty.url))).message.length).toBeLessThan(400);
    expect((await fails(hook(away.url, AbortSignal.abort()))).message).toContain('broken off');
  });
});

describe('mail', () => {
  let server: SMTPServer;
  let mails: { from: string; to: string[]; user: string; secure: boolean; text: string }[];
  let says: string | null;
  const start = async (options: object): Promise<number> => {
    server = new SMTPServer({
      authOptional: true,
      disableReverseLookup: true,
      onAuth: ({ username, password }, _, done) =>
        password === 'p@ss' ? done(null, { user: username }) : done(new Error('wrong password')),
      onData: async (stream, session, done) => {
        let text = '';
        for await (const piece of stream) text += piece;
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const user = String(session.user ?? '');
        mails.push({ from, to: rcptTo.map(({ address }) => address), user, secure: session.secure, text });
        if (says === null) done();
        else done(Object.assign(new Error(says), { responseCode: 550 }));
      },
      ...options,
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.server.address() as AddressInfo).port;
  };
  beforeEach(() => {
    mails = [];
    says = null;
  });
  afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const mail = (url: string, tls: 'required' | 'off') =>
    openEmail({
      server: new Secret(url),
      tls,
      from: 'slipway@example.com',
      to: ['a@example.com', 'b@example.com'],
      source: 'a1',
    });

  it('is sent with a login, as text, and twice under one Message-ID', async () => {
    const port = await start({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
    const sender = mail(`smtp://ada:p%40ss@127.0.0.1:${port}`, 'off');

    await sender.send({ ...notice, title: 'one\r\nBcc: evil@example.com', facts: { Commit: 'a\r\n.\r\nb' } }, never);
    await sender.send(notice, never);

    expect(mails[0]).toMatchObject({
      from: 'slipway@example.com',
      to: ['a@example.com', 'b@example.com'],
      user: 'ada',
    });
    expect(mails[0]?.text).toMatch(/^Subject: \[slipway\] one Bcc: evil@example.com\r$/m);
    expect(mails[0]?.text).not.toMatch(/^Bcc:/m);
    expect(mails[0]?.text).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    for (const { text } of mails) expect(text).toMatch(/^Message-ID: <ntc_1@a1\.slipway>\r$/m);
  });

  it('does not go to a server that does not encrypt, unless it is said that it may', async () => {
    const port = await start({ disabledCommands: ['STARTTLS'] });

    const { message } = await fails(mail(`smtp://ada:p%40ss@127.0.0.1:${port}`, 'required').send(notice, never));
    expect(message).not.toContain('p@ss');
    expect(mails).toEqual([]);
    await mail(`smtp://127.0.0.1:${port}`, 'off').send(notice, never);
    expect(mails).toHaveLength(1);
  });

  it('that is refused says why, and never the password', async () => {
    const port = await start({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
    says = 'mailbox full';

    expect((await fails(mail(`smtp://127.0.0.1:${port}`, 'off').send(notice, never))).message).toContain(
      'mailbox full',
    );
    const login = await fails(mail(`smtp://ada:hunter2@127.0.0.1:${port}`, 'off').send(notice, never));
    expect(login.message).not.toContain('hunter2');
    expect((await fails(mail('https://127.0.0.1', 'off').send(notice, never))).message).toContain(
      'none of a mail server',
    );
    expect((await fails(mail('smtp://127.0.0.1:1', 'off').send(notice, never))).message).toContain('ECONN');
  });

  it('checks the certificate: one that nobody signed is refused', async () => {
    // smtp-server brings a certificate of its own for localhost, which no authority signed.
    const port = await start({ secure: true });

    expect((await fails(mail(`smtps://127.0.0.1:${port}`, 'required').send(notice, never))).message).toMatch(
      /certificate|ESOCKET/,
    );
    expect(mails).toEqual([]);
  });
});
