import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import { answerGithubWebhook } from './answer-webhook.ts';
import type { StoredDelivery } from './process-delivery.ts';

const recorded = readFileSync(
  join(import.meta.dirname, '../../../../../test/fixtures/github/webhooks/pull_request/opened.payload.json'),
);
const NOW = new Date('2026-11-20T10:00:00Z');

let server: Server;
let url: string;
let kept: Map<string, StoredDelivery>;
let woken: number;
let logged: string[];
let save: (delivery: StoredDelivery) => Promise<'new' | 'duplicate' | 'unknown-repository'>;

beforeEach(async () => {
  kept = new Map();
  woken = 0;
  logged = [];
  save = async (delivery) => {
    if (kept.has(delivery.id)) return 'duplicate';
    kept.set(delivery.id, delivery);
    return 'new';
  };
  const log = (fields: unknown, text?: string): void => void logged.push(`${text} ${JSON.stringify(fields)}`);
  const deps = {
    secrets: () => [new Secret('old'), new Secret('new')],
    store: { saveDelivery: (delivery: StoredDelivery) => save(delivery) },
    wake: () => {
      woken += 1;
    },
    clock: { now: () => NOW },
    logger: { info: log, warn: log, error: log },
  };
  server = createServer((req, res) => void answerGithubWebhook(req, res, deps)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const sign = (body: Uint8Array | string, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const post = async (body: Buffer | string, headers: Record<string, string | undefined> = {}) => {
  const given = {
    'content-type': 'application/json',
    'x-github-event': 'pull_request',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hub-signature-256': sign(body, 'new'),
    ...headers,
  };
  const set = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const response = await fetch(`${url}/webhooks/github`, { method: 'POST', body, headers: set });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('POST /webhooks/github', () => {
  it('keeps a signed delivery byte for byte and says so', async () => {
    const answer = await post(recorded);

    expect(answer).toEqual({
      status: 202,
      body: { delivery: '72d3162e-cc78-11e3-81ab-4c9367dc0958', accepted: true },
    });
    expect(woken).toBe(1);
    const delivery = [...kept.values()][0];
    expect(delivery).toMatchObject({ event: 'pull_request', repository: 'Codertocat/Hello-World', receivedAt: NOW });
    expect(Buffer.compare(Buffer.from(delivery?.body ?? []), recorded)).toBe(0);
  });

  it('accepts the other secret while one is being replaced', async () => {
    expect((await post(recorded, { 'x-hub-signature-256': sign(recorded, 'old') })).status).toBe(202);
  });

  it('answers a replayed delivery without doing anything', async () => {
    await post(recorded);

    const answer = await post(recorded);

    expect(answer).toEqual({
      status: 200,
      body: { delivery: '72d3162e-cc78-11e3-81ab-4c9367dc0958', duplicate: true },
    });
    expect([kept.size, woken]).toEqual([1, 1]);
  });

  it.each([
    ['a wrong signature', sign(recorded, 'guess')],
    ['no signature', undefined],
    ['a signature of other bytes', sign('{}', 'new')],
  ])('refuses %s and keeps nothing', async (_name, signature) => {
    const answer = await post(recorded, { 'x-hub-signature-256': signature });

    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ code: 'signature-invalid', hint: expect.stringContaining('same secret') });
    expect([kept.size, woken]).toEqual([0, 0]);
  });

  it('looks at the signature before anything else, also of what is no JSON', async () => {
    expect((await post('{"broken', { 'x-hub-signature-256': sign('x', 'new') })).status).toBe(401);
  });

  it('refuses malformed JSON, without repeating it', async () => {
    const answer = await post('{"token": "hunter2", broken');

    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'payload-invalid' });
    expect(JSON.stringify([answer.body, logged])).not.toContain('hunter2');
  });

  it('refuses a payload without the fields it needs, and an empty one', async () => {
    const answer = await post('{"action":"opened"}');

    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain('pull_request: ');
    expect((await post('')).status).toBe(400);
    expect(kept.size).toBe(0);
  });

  it.each(['x-github-delivery', 'x-github-event'])('refuses a request without %s', async (name) => {
    const answer = await post(recorded, { [name]: undefined });

    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(name);
  });

  it('refuses a form and says which setting is wrong', async () => {
    const answer = await post('payload=%7B%7D', { 'content-type': 'application/x-www-form-urlencoded' });

    expect(answer.status).toBe(415);
    expect(answer.body.message).toContain("set the webhook's content type to application/json");
  });

  it('refuses a body of 10 MB and says so while it is still being sent', async () => {
    const answer = await post(Buffer.alloc(10 * 1024 * 1024, 0x20));

    expect(answer.status).toBe(413);
    expect(answer.body).toMatchObject({ code: 'payload-too-large', message: 'The request body is larger than 10 MB.' });
  });

  it('refuses a body that does not say how long it is, once it is too long', async () => {
    const status = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      const chunk = `fffff\r\n${' '.repeat(0xfffff)}\r\n`;
      socket.on('error', reject);
      socket.once('data', (data) => {
        resolve(data.toString().split('\r\n')[0] ?? '');
        socket.destroy();
      });
      socket.write(
        'POST /webhooks/github HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
      );
      for (let sent = 0; sent < 11; sent += 1) socket.write(chunk);
    });

    expect(status).toBe('HTTP/1.1 413 Payload Too Large');
  });

  it('tells of a repository that no project uses only to those who know the secret', async () => {
    save = async () => 'unknown-repository';

    expect((await post(recorded, { 'x-hub-signature-256': sign(recorded, 'guess') })).status).toBe(401);
    const answer = await post(recorded);

    expect(answer.status).toBe(404);
    expect(answer.body.message).toBe('No project uses the repository Codertocat/Hello-World.');
    expect(woken).toBe(0);
  });

  it("keeps an organisation's ping, which names no repository", async () => {
    expect((await post('{"zen":"Speak like a human."}', { 'x-github-event': 'ping' })).status).toBe(202);
    expect([...kept.values()][0]?.repository).toBeNull();
  });

  it('asks GitHub to come again when the database is gone, and logs it as ours', async () => {
    save = () => Promise.reject(new Failure('database-unreachable', { reason: 'connection refused' }));

    const answer = await post(recorded);

    expect(answer.status).toBe(503);
    expect(answer.body.code).toBe('database-unreachable');
    expect(logged.join()).toContain('delivery not taken');
  });

  it('shows nothing of an unexpected error', async () => {
    save = () => Promise.reject(new Error('secret detail'));

    const answer = await post(recorded);

    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('secret detail');
  });

  it('takes a content type with parameters, and no other one that begins like it', async () => {
    expect((await post(recorded, { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(202);
    expect((await post(recorded, { 'content-type': 'application/jsonl' })).status).toBe(415);
  });

  it('keeps nothing of a body that broke off, and goes on', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const head = ['POST /webhooks/github HTTP/1.1', 'host: x', 'content-type: application/json', 'content-length: 100'];
    socket.write(`${head.join('\r\n')}\r\n\r\n{"half":`);
    await once(socket, 'ready');
    socket.destroy();

    expect((await post(recorded)).status).toBe(202);
    expect(kept.size).toBe(1);
  });

  it('answers 99 of 100 within 50 ms', async () => {
    const times: number[] = [];
    for (let index = 0; index < 300; index += 1) {
      const started = performance.now();
      await post(recorded, { 'x-github-delivery': `delivery-${index}` });
      times.push(performance.now() - started);
    }

    expect(times.sort((a, b) => a - b)[296]).toBeLessThan(50);
  });
});
