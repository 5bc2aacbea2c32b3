import type { Pool } from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { projectConfig } from '../../packages/contracts/src/project-config.ts';
import { recordAttempts } from '../../packages/server/src/store/egress.ts';
import { saveProject } from '../../packages/server/src/store/projects.ts';
import { openPool } from '../../packages/server/src/store/queryable.ts';
import { sightings } from '../../packages/server/src/store/sightings.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

let database: FreshDatabase;
let pool: Pool;
beforeEach(async () => {
  database = await freshDatabase(inject('postgresUrl'));
  pool = openPool(database.url);
  const config = projectConfig.parse({ version: 1, name: 'shop', source: { git: 'x' }, odoo: { series: '19.0' } });
  await saveProject(pool, { name: 'shop', config, source: config.source, folder: null, defaultBranch: 'main' });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const at = (time: string, environment = 'shop/staging') => ({
  ...{
    environment,
    kind: 'http' as const,
    host: 'example.com',
    port: 80,
    outcome: 'refused' as const,
    reason: 'not on the list',
  },
  ...{ bytesSent: 0, bytesReceived: 0, count: 2, firstAt: time, lastAt: time },
});

test('what an environment was seen to try since a moment is told, counted together', async () => {
  await recordAttempts(pool, [
    at('2026-03-01T09:00:00.000Z'),
    at('2026-03-01T10:30:00.000Z'),
    { ...at('2026-03-01T10:40:00.000Z'), reason: 'another' },
    {
      ...at('2026-03-01T10:50:00.000Z'),
      kind: 'smtp',
      host: 'customer@example.com',
      port: 25,
      outcome: 'caught',
      count: 1,
    },
    at('2026-03-01T10:45:00.000Z', 'shop/pr-1'),
  ]);

  expect(await sightings(pool).since('shop/staging', Date.parse('2026-03-01T10:00:00.000Z'))).toEqual([
    { kind: 'http', host: 'example.com', port: 80, outcome: 'refused', count: 4 },
    { kind: 'smtp', host: 'customer@example.com', port: 25, outcome: 'caught', count: 1 },
  ]);
});
