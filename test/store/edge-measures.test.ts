import type { Pool } from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { projectConfig } from '../../packages/contracts/src/project-config.ts';
import { p95Of } from '../../packages/server/src/domain/latency.ts';
import { createMeasures } from '../../packages/server/src/drivers/edge/router/measures.ts';
import { edgeMeasures, pruneEdgeMeasures } from '../../packages/server/src/store/edge-measures.ts';
import { saveProject } from '../../packages/server/src/store/projects.ts';
import { openPool, query } from '../../packages/server/src/store/queryable.ts';
import { putRoute } from '../../packages/server/src/store/routes.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

const ENVIRONMENT = 'shop/production';
const AT = '2026-11-21T21:00:00.000Z';
const ALL = { from: '2026-11-21T00:00:00.000Z', until: '2026-11-22T00:00:00.000Z' };

let database: FreshDatabase;
let pool: Pool;
beforeEach(async () => {
  database = await freshDatabase(inject('postgresUrl'));
  pool = openPool(database.url);
  const config = projectConfig.parse({ version: 1, name: 'shop', source: { git: 'x' }, odoo: { series: '19.0' } });
  await saveProject(pool, { name: 'shop', config, source: config.source, folder: null, defaultBranch: 'main' });
  await query(
    pool,
    `insert into ops.environments (id, project, stage, name, head_sha, database, role, host, live_slot)
     values ($1, 'shop', 'production', 'production', 'x', 'shop', 'shop', 'shop.localhost', 'blue')`,
    [ENVIRONMENT],
  );
  await putRoute(pool, { host: 'shop.localhost', environment: ENVIRONMENT, route: { kind: 'hold' } });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

/** An edge whose clock stands at so many seconds after nine in the evening. */
const edge = (seconds: number) =>
  createMeasures(
    async (statement, parameters) => {
      await query(pool, statement, parameters);
    },
    { now: () => new Date(Date.parse(AT) + seconds * 1000), sleep: async () => undefined },
  );
const answer = (status: number | null, milliseconds: number, ago = milliseconds, environment = ENVIRONMENT) => ({
  ...{ environment, status, milliseconds, ago },
});

test('What two edges counted in the same ten seconds is one row, by when each request was sent on', async () => {
  const [former, next] = [edge(9), edge(12)];
  for (let time = 0; time < 19; time++) former.answered(answer(200, 50));
  former.answered(answer(500, 8_000));
  former.answered(answer(200, 10, 10, 'gone/production'));
  await former.close();
  // Sent at 7 s, answered after a second, read by its client for four more.
  next.answered(answer(503, 1_000, 5_000));
  next.answered(answer(null, 100));
  next.answered(answer(null, 6_000));
  next.answered(answer(200, 50));
  await next.close();

  const rows = await edgeMeasures(pool, ENVIRONMENT, ALL);

  expect(rows.map(({ at, requests, serverErrors }) => [at, requests, serverErrors])).toEqual([
    [AT, 22, 2],
    ['2026-11-21T21:00:10.000Z', 1, 0],
  ]);
  expect(p95Of(rows[0]?.latencies ?? [])).toBeGreaterThan(1_000);
  expect(rows[0]?.latencies.reduce((sum, count) => sum + count, 0)).toBe(22);
  expect(await query(pool, `select 1 from ops.edge_measures where environment <> $1`, [ENVIRONMENT])).toEqual([]);
});

test('Of what is no production it is one row a minute', async () => {
  await query(
    pool,
    `insert into ops.environments (id, project, stage, name, head_sha, database, role, host, live_slot)
     values ('shop/pr-1', 'shop', 'preview', 'pr-1', 'x', 'pr', 'pr', 'pr-1.localhost', 'blue')`,
  );
  await putRoute(pool, { host: 'pr-1.localhost', environment: 'shop/pr-1', route: { kind: 'hold' } });
  const counting = edge(55);
  for (const ago of [0, 20_000, 40_000, 60_000]) counting.answered(answer(200, 5, ago, 'shop/pr-1'));
  await counting.close();

  expect((await edgeMeasures(pool, 'shop/pr-1', ALL)).map(({ at, requests }) => [at, requests])).toEqual([
    ['2026-11-21T20:59:00.000Z', 1],
    [AT, 3],
  ]);
});

test('What is old goes', async () => {
  const counting = edge(60);
  for (const ago of [0, 20_000, 40_000]) counting.answered(answer(200, 5, ago));
  await counting.close();

  expect(await pruneEdgeMeasures(pool, '2026-11-21T21:00:50.000Z', 1)).toBe(1);
  expect(await pruneEdgeMeasures(pool, '2026-11-21T21:00:50.000Z', 10)).toBe(1);
  expect(await edgeMeasures(pool, ENVIRONMENT, ALL)).toHaveLength(1);
});
