import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import type { Route } from '../../../../domain/environment.ts';
import { parseEdgeSettings } from '../settings.ts';
import { type RunningEdge, startEdge } from '../start-edge.ts';
import { ask, HOST, OTHER_HOST, pause, serveAt, startUpstream, type TestUpstream, until } from '../testing/edge-kit.ts';

let admin: pg.Client;
let database: pg.Client;
let databaseUrl: URL;
let upstream: TestUpstream;
let folder: string;
const running: { close(): Promise<void> }[] = [];
const name = `edge_${process.pid}`;

beforeAll(async () => {
  admin = new pg.Client({ connectionString: inject('postgresUrl') });
  await admin.connect();
  await admin.query(`create database ${name}`);
  databaseUrl = new URL(inject('postgresUrl'));
  databaseUrl.pathname = `/${name}`;
  database = new pg.Client({ connectionString: databaseUrl.href });
  await database.connect();
  upstream = await startUpstream((_req, res) => res.end('odoo'));
});
afterAll(async () => {
  await upstream.close();
  await database.end();
  await admin.query(`drop database ${name} with (force)`);
  await admin.end();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-edge-'));
  await database.query(`
    drop schema if exists ops cascade;
    create schema ops;
    create table ops.routes (host text primary key, environment text not null, route jsonb not null, version bigint not null);
    create table ops.edge_activity (environment text primary key, last_request_at timestamptz, requests bigint)`);
});
afterEach(async () => {
  for (const thing of running.splice(0).reverse()) await thing.close();
  await rm(folder, { recursive: true });
});

const put = async (host: string, route: unknown): Promise<void> => {
  await database.query(
    `insert into ops.routes values ($1, $2, $3, 1) on conflict (host) do update set route = excluded.route, version = routes.version + 1`,
    [host, `shop/${host.split('.')[0]}`, JSON.stringify(route)],
  );
  await database.query(`select pg_notify('slipway_routes', $1)`, [host]);
};
const remove = async (host: string): Promise<void> => {
  await database.query('delete from ops.routes where host = $1', [host]);
  await database.query(`select pg_notify('slipway_routes', $1)`, [host]);
};
const start = async (more: object = {}): Promise<RunningEdge> => {
  await writeFile(join(folder, 'token'), 'letmein\n');
  const settings = parseEdgeSettings({
    listen: { port: 0 },
    databaseUrl: databaseUrl.href,
    stateFile: join(folder, 'routes.json'),
    controlUrl: 'http://127.0.0.1:1',
    controlTokenFile: join(folder, 'token'),
    ...more,
  });
  const edge = await startEdge(settings, pino({ level: 'silent' }));
  running.push(edge);
  return edge;
};
const status = async (edge: RunningEdge, host = HOST): Promise<number> => (await ask(edge.port, { host })).status;
const becomes = async (edge: RunningEdge, host: string, wanted: number, milliseconds = 5_000): Promise<number> => {
  const begun = performance.now();
  while ((await status(edge, host)) !== wanted) {
    if (performance.now() - begun > milliseconds) throw new Error(`no ${wanted} on ${host}`);
    await pause(5);
  }
  return performance.now() - begun;
};

/** PostgreSQL behind a gate: shut, it refuses; silent, it takes everything and answers nothing, as a machine that lost its network. */
const openGate = async () => {
  const sockets = new Set<Socket>();
  const state = { mode: 'open' as 'open' | 'shut' | 'silent' };
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => {});
    if (state.mode === 'shut') client.destroy();
    if (state.mode !== 'open') return;
    const behind = connect({ host: databaseUrl.hostname, port: Number(databaseUrl.port) });
    sockets.add(behind);
    behind.on('error', () => {});
    client.on('data', (data) => state.mode === 'open' && behind.write(data));
    behind.on('data', (data) => state.mode === 'open' && client.write(data));
    client.on('close', () => behind.destroy());
    behind.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  running.push({
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  const set = (mode: (typeof state)['mode']): void => {
    state.mode = mode;
    if (mode !== 'silent') cut();
  };
  return { url: url.href, set };
};

it('serves what the table says from its first request on, and follows each change within 100 ms', async () => {
  await put(HOST, upstream.route);
  const edge = await start();
  expect(await status(edge)).toBe(200);
  expect(await status(edge, OTHER_HOST)).toBe(404);

  const took: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    await put(OTHER_HOST, upstream.route);
    took.push(await becomes(edge, OTHER_HOST, 200));
    await put(OTHER_HOST, { kind: 'page', page: 'closed', facts: {} });
    took.push(await becomes(edge, OTHER_HOST, 410));
    await remove(OTHER_HOST);
    took.push(await becomes(edge, OTHER_HOST, 404));
  }

  // The median, since other tests share the machine.
  expect(took.sort((a, b) => a - b)[7]).toBeLessThan(100);
  expect(await status(edge)).toBe(200);
});

it('follows a burst of changes to its last state', async () => {
  const edge = await start();

  for (let i = 0; i < 200; i += 1)
    await put(HOST, i % 2 === 0 ? { kind: 'page', page: 'queued', facts: { i } } : upstream.route);

  await becomes(edge, HOST, 200);
  await pause(100);
  expect(await status(edge)).toBe(200);
});

it('goes on while its connection is cut, and learns afterwards what changed meanwhile', async () => {
  await put(HOST, upstream.route);
  const gate = await openGate();
  const edge = await start({ databaseUrl: gate.url });
  gate.set('shut');
  await put(OTHER_HOST, upstream.route);
  await pause(700);
  expect([await status(edge), await status(edge, OTHER_HOST)]).toEqual([200, 404]);

  gate.set('open');

  await becomes(edge, OTHER_HOST, 200, 8_000);
  await remove(HOST);
  await becomes(edge, HOST, 404);
});

it('survives the end of its session by an administrator', async () => {
  await put(HOST, upstream.route);
  const edge = await start();

  await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'slipway-edge'`);
  expect(await status(edge)).toBe(200);
  await put(OTHER_HOST, upstream.route);

  await becomes(edge, OTHER_HOST, 200);
});

it('starts within seconds while PostgreSQL says nothing at all, from the file of its last life', async () => {
  await put(HOST, upstream.route);
  await (await start()).close();
  const gate = await openGate();
  gate.set('silent');

  const begun = performance.now();
  const edge = await start({ databaseUrl: gate.url });

  expect(performance.now() - begun).toBeLessThan(4_000);
  expect([await status(edge), await status(edge, OTHER_HOST)]).toEqual([200, 404]);
  gate.set('open');
  await put(OTHER_HOST, upstream.route);
  await becomes(edge, OTHER_HOST, 200, 10_000);
});

it('answers 503 instead of 404 while it knows nothing yet, and serves as soon as the table is there', async () => {
  await database.query('drop table ops.routes');
  const edge = await start();
  expect((await ask(edge.port)).headers['x-slipway-page']).toBe('starting');

  await database.query(
    'create table ops.routes (host text primary key, environment text not null, route jsonb not null, version bigint not null)',
  );
  await put(HOST, upstream.route);

  await becomes(edge, HOST, 200, 8_000);
});

it('keeps the file readable by its owner only, whole, and does without it when it is damaged', async () => {
  await put(HOST, upstream.route);
  const edge = await start();
  await put(OTHER_HOST, { kind: 'page', page: 'closed', facts: {} });
  await becomes(edge, OTHER_HOST, 410);
  await edge.close();
  const file = join(folder, 'routes.json');

  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const { routes } = JSON.parse(await readFile(file, 'utf8')) as { routes: { host: string }[] };
  expect(routes.map(({ host }) => host).sort()).toEqual([HOST, OTHER_HOST]);
  await writeFile(file, '{"routes": [{"host"');
  expect(await status(await start())).toBe(200);
});

it('keeps the former route of a host whose row cannot be read, and all others', async () => {
  await put(HOST, upstream.route);
  const edge = await start();

  await put(HOST, { kind: 'serve', upstream: { host: 'x', port: 'no' } });
  await put(OTHER_HOST, upstream.route);
  await becomes(edge, OTHER_HOST, 200);

  expect(await status(edge)).toBe(200);
});

it('tells when environments were last used, adds up, and passes over those that are gone', async () => {
  await put(HOST, upstream.route);
  await put(OTHER_HOST, upstream.route);
  const use = async (): Promise<void> => {
    const edge = await start();
    for (let i = 0; i < 3; i += 1) await status(edge);
    await status(edge, OTHER_HOST);
    await remove(OTHER_HOST);
    await edge.close();
  };
  await use();
  await use();

  const { rows } = await database.query('select environment, requests, last_request_at from ops.edge_activity');
  expect(rows).toMatchObject([{ environment: 'shop/pr-12-fix', requests: '6' }]);
  expect(Math.abs(Date.now() - rows[0].last_request_at.getTime())).toBeLessThan(10_000);
});

it('wakes a sleeping preview through the control plane: one call with its token, then 200', async () => {
  const calls: unknown[] = [];
  const control = createHttpServer(async (req, res) => {
    calls.push([req.method, req.url, req.headers.authorization, JSON.parse((await req.toArray()).join(''))]);
    res.writeHead(202).end();
    await pause(200);
    await put(HOST, { kind: 'hold' });
    await pause(200);
    await put(HOST, upstream.route satisfies Route);
  }).listen(0, '127.0.0.1');
  await once(control, 'listening');
  running.push({ close: () => new Promise((resolve) => control.close(() => resolve())) });
  await put(HOST, { kind: 'wake' });
  const edge = await start({ controlUrl: `http://127.0.0.1:${(control.address() as AddressInfo).port}` });

  const answers = await Promise.all(Array.from({ length: 20 }, () => status(edge)));

  expect(new Set(answers)).toEqual(new Set([200]));
  const said = { host: HOST, environment: 'shop/pr-12-fix' };
  expect(calls).toEqual([['POST', '/internal/wake', 'Bearer letmein', said]]);
});

it('leaves no connection behind when it closes', async () => {
  await put(HOST, serveAt(upstream.port));
  const edge = await start();
  await status(edge);

  await edge.close();
  await edge.close();

  await until(() => upstream.sockets.size === 0);
  const { rows } = await admin.query(`select 1 from pg_stat_activity where application_name = 'slipway-edge'`);
  expect(rows).toEqual([]);
});
