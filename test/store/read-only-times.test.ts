import type { Pool } from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { projectConfig } from '../../packages/contracts/src/project-config.ts';
import { systemClock } from '../../packages/server/src/domain/clock.ts';
import { LIMITS } from '../../packages/server/src/drivers/edge/router/limits.ts';
import { createTally } from '../../packages/server/src/drivers/edge/router/read-only/tally.ts';
import { createRouteBook } from '../../packages/server/src/drivers/edge/router/routes/route-book.ts';
import { createUpstreams } from '../../packages/server/src/drivers/edge/router/routes/upstreams.ts';
import { saveProject } from '../../packages/server/src/store/projects.ts';
import { openPool, query } from '../../packages/server/src/store/queryable.ts';
import { readOnlyTimes } from '../../packages/server/src/store/read-only-times.ts';
import { listServing, moveRoute, putRoute } from '../../packages/server/src/store/routes.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

const ENVIRONMENT = 'shop/production';
const HOST = 'shop.localhost';
const SINCE = '2026-11-21T21:00:00.000Z';
const UNTIL = '2026-11-21T21:04:00.000Z';
const upstream = { host: '172.18.0.2', port: 8069, websocketPort: 8072 };
const route = { kind: 'read-only' as const, upstream, since: SINCE, until: UNTIL };

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
     values ($1, 'shop', 'production', 'production', 'x', 'shop', 'shop', $2, 'blue')`,
    [ENVIRONMENT, HOST],
  );
  await putRoute(pool, { host: HOST, environment: ENVIRONMENT, route });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const edge = () => {
  const book = createRouteBook(createUpstreams(LIMITS));
  book.replaceAll([{ host: HOST, environment: ENVIRONMENT, route, version: 1 }]);
  const write = async (statement: string, parameters: readonly unknown[]): Promise<void> => {
    await query(pool, statement, parameters);
  };
  return createTally({ write, book, clock: systemClock, logger: pino({ level: 'silent' }) });
};

test('what two edges counted in one read-only time is one row, with the first and the last refusal', async () => {
  const counted = { host: HOST, environment: ENVIRONMENT, since: SINCE, until: UNTIL };
  const [former, next] = [edge(), edge()];
  for (let i = 0; i < 3; i += 1) former.served(counted);
  former.refused(counted);
  await former.close();
  next.served(counted);
  next.refused({ ...counted, until: '2026-11-21T21:09:00.000Z' });
  next.served({ ...counted, since: '2026-11-21T22:00:00.000Z', environment: 'shop/unknown' });
  await next.close();

  const [time, ...others] = await readOnlyTimes(pool, ENVIRONMENT, SINCE);

  expect(others).toEqual([]);
  expect(time).toMatchObject({ since: SINCE, until: '2026-11-21T21:09:00.000Z', reads: 4, refused: 2 });
  expect(String(time?.firstRefusedAt) <= String(time?.lastRefusedAt)).toBe(true);
  expect(await readOnlyTimes(pool, ENVIRONMENT, '2026-11-21T21:00:01.000Z')).toEqual([]);
});

test('a read-only route is one that serves: it follows its container to another address, and stays read-only', async () => {
  expect(await listServing(pool)).toMatchObject([{ environment: ENVIRONMENT, slot: 'blue', upstream }]);
  const to = { ...upstream, host: '172.18.0.9' };

  expect(await moveRoute(pool, { host: HOST, from: upstream, to })).toBe(true);
  expect(await moveRoute(pool, { host: HOST, from: upstream, to })).toBe(false);

  const rows = await query(pool, 'select route from ops.routes where host = $1', [HOST]);
  expect(rows).toEqual([{ route: { ...route, upstream: to } }]);
});
