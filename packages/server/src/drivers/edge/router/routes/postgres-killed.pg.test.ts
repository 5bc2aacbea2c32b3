import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { startPostgres } from '../../../../../../../test/setup/postgres.ts';
import { parseEdgeSettings } from '../settings.ts';
import { startEdge } from '../start-edge.ts';
import { ask, HOST, pause, startUpstream } from '../testing/edge-kit.ts';

it('serves without a failure while PostgreSQL is killed and started again, and follows it afterwards', async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const folder = await mkdtemp(join(tmpdir(), 'slipway-edge-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const upstream = await startUpstream((_req, res) => res.end('odoo'));
  onTestFinished(() => upstream.close());
  const run = async (statement: string, parameters: unknown[] = []): Promise<void> => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(statement, parameters);
    await client.end();
  };
  await run(`create schema ops;
    create table ops.routes (host text primary key, environment text not null, route jsonb not null, version bigint not null);
    create table ops.edge_activity (environment text primary key, last_request_at timestamptz, requests bigint)`);
  await run('insert into ops.routes values ($1, $2, $3, 1)', [HOST, 'shop/pr-12', JSON.stringify(upstream.route)]);
  // The test server commits without waiting for the disk.
  await run('checkpoint');
  const settings = parseEdgeSettings({
    listen: { port: 0 },
    databaseUrl: postgres.url,
    stateFile: join(folder, 'routes.json'),
    controlUrl: 'http://127.0.0.1:1',
    controlTokenFile: join(folder, 'token'),
  });
  const edge = await startEdge(settings, pino({ level: 'silent' }));
  const statuses = new Map<number, number>();
  onTestFinished(() => edge.close());
  let going = true;
  const load = (async () => {
    while (going) {
      const { status } = await ask(edge.port);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  })();

  await postgres.halt();
  await pause(1_500);
  const restarted = await startEdge({ ...settings }, pino({ level: 'silent' }));
  expect((await ask(restarted.port)).status).toBe(200);
  await restarted.close();
  await postgres.start();
  going = false;
  await load;
  expect([...statuses.keys()]).toEqual([200]);
  await run('delete from ops.routes');
  await run(`select pg_notify('slipway_routes', $1)`, [HOST]);
  const begun = performance.now();
  while ((await ask(edge.port)).status !== 404 && performance.now() - begun < 10_000) await pause(50);

  expect((await ask(edge.port)).status).toBe(404);
});
