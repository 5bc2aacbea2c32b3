import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, inject, it, onTestFinished } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../../../test/setup/database.ts';
import { Secret } from '../domain/secret.ts';
import { openPool, query } from '../store/queryable.ts';
import { type IntakeThread, startIntake } from './intake-thread.ts';

const SECRET = 'webhook-secret';
const PING = '{"zen":"Keep it logically awesome.","hook_id":1}';

let database: FreshDatabase;
let behind: Server;
let port: number;
let woken: number;
let logged: string[];
let intake: IntakeThread | null;

beforeEach(async () => {
  database = await freshDatabase(inject('postgresUrl'));
  behind = createServer((req, res) => res.end(`behind: ${req.method} ${req.url}`)).listen(0, '127.0.0.1');
  await once(behind, 'listening');
  [woken, logged, intake] = [0, [], null];
});
afterEach(async () => {
  await intake?.stop();
  behind.closeAllConnections();
  await new Promise((resolve) => behind.close(resolve));
  await database.drop();
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
};

const log = (facts: unknown, text?: string): void => void logged.push(`${text} ${JSON.stringify(facts)}`);
const start = async (on?: number): Promise<void> => {
  port = on ?? (await freePort());
  intake = await startIntake({
    address: { host: '127.0.0.1', port },
    forwardPort: (behind.address() as AddressInfo).port,
    databaseUrl: new Secret(database.url),
    webhookSecrets: [new Secret('old'), new Secret(SECRET)],
    wake: () => void woken++,
    logger: { info: log, warn: log, error: log },
  });
};

const headersFor = (body: string, id: string) => ({
  'content-type': 'application/json',
  'x-github-event': 'ping',
  'x-github-delivery': id,
  'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
});
const deliver = (body: string, id: string, headers = headersFor(body, id)) =>
  fetch(`http://127.0.0.1:${port}/webhooks/github`, { method: 'POST', body, headers });
const kept = async (): Promise<string[]> => {
  const pool = openPool(database.url, { max: 1 });
  try {
    return (await query<{ id: string }>(pool, 'select id from ops.deliveries order by id')).map(({ id }) => id);
  } finally {
    await pool.end();
  }
};
const eventually = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 500 && !holds(); tries++) await sleep(10);
  expect(holds()).toBe(true);
};

it('keeps a webhook, wakes its worker and says so in the log', async () => {
  await start();
  const answer = await deliver(PING, 'one');
  expect([answer.status, await answer.json()]).toEqual([202, { delivery: 'one', accepted: true }]);
  expect((await deliver(PING, 'one')).status).toBe(200);
  expect(await kept()).toEqual(['one']);
  await eventually(() => woken === 1);
  expect(logged.join()).toContain('delivery kept {"delivery":"one"');
});

it('answers a webhook while the control plane is at work and answers nobody', async () => {
  await start();
  const answered = new SharedArrayBuffer(4);
  const client = new Worker(
    `const { workerData } = require('node:worker_threads');
     fetch(workerData.url, workerData.init).then((answer) => {
       new Int32Array(workerData.answered)[0] = answer.status;
       Atomics.notify(new Int32Array(workerData.answered), 0);
     });`,
    {
      eval: true,
      workerData: {
        url: `http://127.0.0.1:${port}/webhooks/github`,
        init: { method: 'POST', body: PING, headers: headersFor(PING, 'meanwhile') },
        answered,
      },
    },
  );
  onTestFinished(async () => void (await client.terminate()));
  // This thread, with everything that is the control plane's in it, does nothing else until the answer is there.
  Atomics.wait(new Int32Array(answered), 0, 0, 20_000);
  expect(new Int32Array(answered)[0]).toBe(202);
});

it('hands everything else on to the control plane', async () => {
  await start();
  expect(await (await fetch(`http://127.0.0.1:${port}/api/v1/health?x=1`)).text()).toBe(
    'behind: GET /api/v1/health?x=1',
  );
  expect(await (await fetch(`http://127.0.0.1:${port}/webhooks/git`, { method: 'POST' })).text()).toContain(
    'behind: POST',
  );
});

it('refuses a wrong signature without keeping anything', async () => {
  await start();
  const wrong = { ...headersFor(PING, 'x'), 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
  const answer = await deliver(PING, 'x', wrong);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'signature-invalid']);
  expect(await kept()).toEqual([]);
});

it('says which port is taken', async () => {
  const taken = (behind.address() as AddressInfo).port;
  await expect(start(taken)).rejects.toMatchObject({ code: 'api-port-taken', facts: { port: taken } });
});

it('refuses what would need more memory than there is, and goes on', async () => {
  await start();
  for (const body of [`[${'{},'.repeat(3_300_000)}{}]`, '['.repeat(9_999_999)]) {
    const answer = await deliver(body, 'huge');
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([413, 'payload-too-large']);
  }
  expect((await deliver(PING, 'after')).status).toBe(202);
  expect(await kept()).toEqual(['after']);
});
