import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg, { type Pool } from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { projectConfig } from '../../packages/contracts/src/project-config.ts';
import type { Route } from '../../packages/server/src/domain/environment.ts';
import {
  addressesOf,
  EDGE_CONNECTION,
  OPEN_ASKED,
  OPEN_TOLD,
  writeOpenAsked,
} from '../../packages/server/src/domain/open-requests.ts';
import { parseEdgeSettings } from '../../packages/server/src/drivers/edge/router/settings.ts';
import { type RunningEdge, startEdge } from '../../packages/server/src/drivers/edge/router/start-edge.ts';
import {
  ask,
  pause,
  startUpstream,
  type TestUpstream,
  until,
} from '../../packages/server/src/drivers/edge/router/testing/edge-kit.ts';
import { describeOpenRequests } from '../../packages/server/src/ports/open-requests.contract.ts';
import { openRequests } from '../../packages/server/src/store/open-requests.ts';
import { saveProject } from '../../packages/server/src/store/projects.ts';
import { openPool, query } from '../../packages/server/src/store/queryable.ts';
import { putRoute } from '../../packages/server/src/store/routes.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

const ENVIRONMENT = 'shop/production';
const HOST = 'shop.localhost';
const HOLD: Route = { kind: 'hold' };

/** An Odoo that answers what is below `/slow` when it is told to. */
interface SlowUpstream extends TestUpstream {
  readonly held: (() => void)[];
  readonly upstream: { readonly host: string; readonly port: number; readonly websocketPort: number };
  asked: number;
}

const slowUpstream = async (): Promise<SlowUpstream> => {
  const held: (() => void)[] = [];
  const server = await startUpstream((req, res) => {
    slow.asked += 1;
    if (req.url === '/slow') held.push(() => res.end('late'));
    else res.end('odoo');
  });
  const upstream = { host: '127.0.0.1', port: server.port, websocketPort: server.port };
  const slow: SlowUpstream = { ...server, held, upstream, asked: 0 };
  return slow;
};

/** The database of a control plane, and edges that follow it, as processes of their own would. */
class Stand {
  readonly #database: FreshDatabase;
  readonly pool: Pool;
  readonly #folder: string;
  readonly #closing: (() => Promise<unknown>)[] = [];
  readonly blue: SlowUpstream;
  readonly green: SlowUpstream;

  private constructor(database: FreshDatabase, folder: string, [blue, green]: readonly [SlowUpstream, SlowUpstream]) {
    this.#database = database;
    this.#folder = folder;
    this.pool = openPool(database.url);
    [this.blue, this.green] = [blue, green];
  }

  static async open(): Promise<Stand> {
    const database = await freshDatabase(inject('postgresUrl'));
    const folder = await mkdtemp(join(tmpdir(), 'slipway-open-'));
    await writeFile(join(folder, 'token'), 'letmein\n');
    const stand = new Stand(database, folder, [await slowUpstream(), await slowUpstream()]);
    const config = projectConfig.parse({ version: 1, name: 'shop', source: { git: 'x' }, odoo: { series: '19.0' } });
    await saveProject(stand.pool, { name: 'shop', config, source: config.source, folder: null, defaultBranch: 'main' });
    await query(
      stand.pool,
      `insert into ops.environments (id, project, stage, name, head_sha, database, role, host, live_slot)
       values ($1, 'shop', 'production', 'production', 'x', 'shop', 'shop', $2, 'blue')`,
      [ENVIRONMENT, HOST],
    );
    await stand.route(stand.blue);
    return stand;
  }

  route(to: SlowUpstream | Route): Promise<void> {
    const route: Route = 'upstream' in to && 'held' in to ? { kind: 'serve', upstream: to.upstream } : to;
    return putRoute(this.pool, { host: HOST, environment: ENVIRONMENT, route });
  }

  async edge(): Promise<RunningEdge> {
    const settings = parseEdgeSettings({
      listen: { port: 0 },
      databaseUrl: this.#database.url,
      stateFile: join(this.#folder, `routes-${this.#closing.length}.json`),
      controlUrl: 'http://127.0.0.1:1',
      controlTokenFile: join(this.#folder, 'token'),
    });
    const edge = await startEdge(settings, pino({ level: 'silent' }));
    this.#closing.push(() => edge.close());
    return edge;
  }

  /** A connection that is called as an edge's, and says nothing. */
  async silentEdge(): Promise<{ end(): Promise<void> }> {
    const client = new pg.Client({ connectionString: this.#database.url, application_name: EDGE_CONNECTION });
    await client.connect();
    this.#closing.push(() => client.end());
    return client;
  }

  /** A connection of one's own. */
  async client(): Promise<pg.PoolClient> {
    const client = await this.pool.connect();
    this.#closing.push(async () => client.release(true));
    return client;
  }

  /** A request that Odoo has begun to answer. */
  async begin({ port }: RunningEdge): Promise<{ end(): Promise<void> }> {
    const before = this.blue.held.length;
    const answer = ask(port, { host: HOST, path: '/slow', method: 'POST' });
    await until(() => this.blue.held.length > before);
    const finish = this.blue.held[before];
    return {
      end: async () => {
        finish?.();
        expect((await answer).body).toBe('late');
      },
    };
  }

  async close(): Promise<void> {
    for (const slow of [this.blue, this.green]) for (const finish of slow.held) finish();
    for (const close of this.#closing.reverse()) await close();
    await this.blue.close();
    await this.green.close();
    await this.pool.end();
    await this.#database.drop();
    await rm(this.#folder, { recursive: true });
  }
}

describeOpenRequests('two edges on PostgreSQL', async () => {
  const stand = await Stand.open();
  const edges = [await stand.edge(), await stand.edge()] as const;
  let next = 0;
  return {
    openRequests: openRequests(stand.pool),
    upstream: stand.blue.upstream,
    other: stand.green.upstream,
    begin: () => stand.begin(edges[next++ % 2] ?? edges[0]),
    leave: async () => {
      for (const edge of edges) await edge.close();
    },
    close: () => stand.close(),
  };
});

let stand: Stand;
beforeEach(async () => {
  stand = await Stand.open();
});
afterEach(() => stand.close());

const blue = () => openRequests(stand.pool).count(stand.blue.upstream);

test('An edge that is being replaced counts until its last request is answered', async () => {
  const edge = await stand.edge();
  const request = await stand.begin(edge);
  const closed = edge.close();
  await stand.edge();
  expect(await blue()).toBe(1);
  await request.end();
  await closed;
  expect(await blue()).toBe(0);
});

test('An edge that is connected and does not answer is not taken for one without requests, and holds nobody up for long', async () => {
  await stand.edge();
  const silent = await stand.silentEdge();
  const began = performance.now();
  expect(await openRequests(stand.pool, 300).count(stand.blue.upstream)).toBeNull();
  expect(performance.now() - began).toBeLessThan(2_000);
  await silent.end();
  expect(await blue()).toBe(0);
});

test('Nothing comes to the former address any more once nothing was open there, however fast it is asked after a switch', async () => {
  const edge = await stand.edge();
  let going = true;
  const answers: string[] = [];
  const people = Array.from({ length: 8 }, async () => {
    while (going) answers.push((await ask(edge.port, { host: HOST })).body);
  });
  const both = [stand.blue, stand.green] as const;
  for (let turn = 0; turn < 20; turn += 1) {
    const [from, to] = turn % 2 === 0 ? both : [both[1], both[0]];
    await stand.route(to);
    while ((await openRequests(stand.pool).count(from.upstream)) !== 0);
    const before = from.asked;
    await pause(30);
    expect(from.asked - before, `turn ${turn}`).toBe(0);
  }
  going = false;
  await Promise.all(people);
  expect(answers.length).toBeGreaterThan(100);
  expect(new Set(answers)).toEqual(new Set(['odoo']));
});

test('A question is answered after the change that came before it is followed, however long that takes', async () => {
  await stand.edge();
  const [change, block, hear] = [await stand.client(), await stand.client(), await stand.client()];
  const told: (string | undefined)[] = [];
  hear.on('notification', ({ payload }) => told.push(payload));
  await hear.query(`listen ${OPEN_TOLD}`);
  await change.query('begin');
  await putRoute(change, {
    host: HOST,
    environment: ENVIRONMENT,
    route: { kind: 'serve', upstream: stand.green.upstream },
  });
  await block.query('begin');
  // Waits for the change, and then stands before whoever wants to read it.
  const blocked = block.query('lock table ops.routes');
  const waiting = () =>
    query(stand.pool, `select 1 from pg_locks where relation = 'ops.routes'::regclass and not granted`);
  await expect.poll(waiting).toHaveLength(1);
  const asked = writeOpenAsked({ id: 'mine', addresses: addressesOf(stand.blue.upstream) });
  await change.query('select pg_notify($1, $2)', [OPEN_ASKED, asked]);
  await change.query('commit');
  await blocked;
  await pause(300);
  expect(told).toEqual([]);
  await block.query('rollback');
  await expect.poll(() => told).toEqual(['mine 0']);
});

test('A request is counted while everybody else is held, and one of a client that left is not', async () => {
  const edge = await stand.edge();
  const first = await stand.begin(edge);
  const impatient = request({ host: '127.0.0.1', port: edge.port, path: '/slow', headers: { host: HOST } });
  impatient.on('error', () => undefined);
  impatient.end();
  await until(() => stand.blue.held.length === 2);
  await stand.route(HOLD);
  expect(await blue()).toBe(2);
  impatient.destroy();
  await expect.poll(blue).toBe(1);
  await first.end();
  expect(await blue()).toBe(0);
});

test('A websocket does not count: it has no end', async () => {
  const edge = await stand.edge();
  const sockets = new WebSocketServer({ server: stand.blue.server });
  const socket = new WebSocket(`ws://127.0.0.1:${edge.port}/websocket`, { headers: { host: HOST } });
  await once(socket, 'open');
  expect(await blue()).toBe(0);
  socket.terminate();
  sockets.close();
});

test('The connection that was asked through goes back to the pool as it was', async () => {
  await stand.edge();
  const pool = openPool(stand.pool.options.connectionString ?? '', { max: 1 });
  for (let turn = 0; turn < 20; turn += 1)
    expect(await openRequests(pool).count(stand.blue.upstream), `turn ${turn}`).toBe(0);
  const client = await pool.connect();
  expect(client.listenerCount('notification')).toBe(0);
  expect((await client.query('select pg_listening_channels()')).rows).toEqual([]);
  client.release();
  await pool.end();
});
