import type { Failure } from '@slipway/contracts/failure';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { requestRestore } from '../../packages/server/src/flows/request-data.ts';
import { requestRollback } from '../../packages/server/src/flows/request-production.ts';
import { ensureStage } from '../../packages/server/src/flows/stages.ts';
import { projectByName } from '../../packages/server/src/store/projects.ts';
import { inTransaction, query } from '../../packages/server/src/store/queryable.ts';
import { readRun } from '../../packages/server/src/store/runs.ts';
import { recordSnapshot } from '../../packages/server/src/store/snapshots.ts';
import {
  configureProduction,
  deployCode,
  makeProductionShop,
  migrate,
  open,
  type ProductionCommits,
} from '../chaos/production-scenarios.ts';
import { machine } from './look.ts';
import { type ControlPlane, makeSite, type Shop, type Site } from './make-slipway.ts';

let shop: Shop;
let commits: ProductionCommits;
let site: Site;
let plane: ControlPlane;
beforeAll(async () => {
  ({ shop, commits } = await makeProductionShop());
});
afterAll(() => shop.remove());
beforeEach(async () => {
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start();
  await configureProduction(plane);
});
afterEach(() => site.remove());

const rollBack = (confirmed: boolean): Promise<string> =>
  requestRollback(plane.slipway, { project: 'shop', to: null, confirmed, requestedBy: 'ada' });
describe('going back', () => {
  beforeEach(async () => {
    await open(plane);
    await plane.drain();
  });

  test('without a word about the data it would lose is refused, and nothing is queued', async () => {
    await migrate(plane, site, commits);
    await plane.drain();
    await expect(rollBack(false)).rejects.toMatchObject({ code: 'not-confirmed' });
    expect(await query(plane.slipway.db, `select id from ops.runs where kind = 'rollback-production'`)).toEqual([]);
  });

  test('is refused when a deployment that came in between made it lose data nobody agreed to lose', async () => {
    await deployCode(plane, site, commits);
    await plane.drain();
    await migrate(plane, site, commits);
    // What it would go back to now has the database that serves; by the time it begins, that is another one.
    const run = await rollBack(false);
    await plane.drain();
    expect(await readRun(plane.slipway.db, run)).toMatchObject({ state: 'failed', failure: { code: 'not-confirmed' } });
    expect(await query(plane.slipway.db, `select route -> 'upstream' ->> 'host' as host from ops.routes`)).toEqual([
      { host: site.world.containers.get('shop/production/blue')?.host },
    ]);
  });
});

describe('a container that is gone back to', () => {
  test('is not judged by what it said before it was stopped', async () => {
    await open(plane);
    await plane.drain();
    const said = site.world.containers.get('shop/production/blue')?.said;
    const at = site.world.now().toISOString();
    const [day, time] = [at.slice(0, 10), at.slice(11, 19)];
    said?.push({ at, line: `${day} ${time},000 1 ERROR odoo_production odoo.sql_db: bad query: permission denied` });
    await deployCode(plane, site, commits);
    await plane.drain();
    site.clock.advance(60_000);

    const run = await rollBack(false);
    await plane.drain();
    expect(await readRun(plane.slipway.db, run)).toMatchObject({ state: 'succeeded' });
  });
});

describe('opening', () => {
  test('keeps what production consists of as evidence', async () => {
    await open(plane);
    await plane.drain();
    const kept = await query<{ path: string }>(plane.slipway.db, 'select path from ops.artifacts order by path');
    expect(kept.map(({ path }) => path.replace(/^.*?\/deploy/, 'deploy'))).toEqual(
      expect.arrayContaining(['deploy/repo/modules.prod.csv', 'deploy/runtime/menus.prod.csv']),
    );
  });

  test('leaves a database of that name alone that no opening of ours has made', async () => {
    await plane.slipway.ports.databases.ensureRole('somebody', new Secret('a password'), 'somebody');
    await plane.slipway.ports.databases.create('odoo_production', 'somebody', 'somebody');
    const before = machine(site).databases;
    const run = await open(plane);
    await plane.drain();
    expect(await readRun(plane.slipway.db, run)).toMatchObject({
      state: 'failed',
      failure: { code: 'production-there' },
    });
    expect(machine(site).databases).toEqual(before);
  });
});

describe('a backup asked to be restored over production', () => {
  const restore = () =>
    requestRestore(plane.slipway, {
      ...{ project: 'shop', requestedBy: 'ada', snapshot: 'snap_raw', to: 'production', confirm: 'production' },
    });
  const restores = () => query(plane.slipway.db, `select id from ops.runs where kind = 'restore-production'`);
  const known = async (): Promise<void> => {
    const takenAt = '2026-03-01T10:00:00.000Z';
    await recordSnapshot(plane.slipway.db, {
      ...{ id: 'snap_raw', kind: 'raw', takenAt, finishedAt: takenAt, project: 'shop', run: null },
      ...{ environment: 'shop/production', reason: 'manual', series: '19.0', modules: 1, rows: 1, files: 0, bytes: 1 },
      ...{ storedBytes: 1, encrypted: true, rules: null, columns: null },
    });
  };

  test('that has not been opened is told the verb that begins with it', async () => {
    await inTransaction(plane.slipway.db, async (db) =>
      ensureStage(plane.slipway, db, await projectByName(db, 'shop'), 'production'),
    );
    await known();
    const refused = await restore().catch((error: Failure) => error);
    expect(refused).toMatchObject({ code: 'restore-unopened' });
    expect((refused as Failure).hint).toContain('`slipway production open --from snap_raw`');
    expect(await restores()).toEqual([]);
  });

  test('that serves is told what there is instead, and nothing is queued', async () => {
    await open(plane);
    await plane.drain();
    await known();
    const refused = await restore().catch((error: Failure) => error);
    expect(refused).toMatchObject({ code: 'restore-over-own', facts: { database: 'odoo_production' } });
    expect((refused as Failure).hint).toContain('`slipway rollback --dry-run`');
    expect((refused as Failure).hint).toContain('`slipway backup restore snap_raw --to staging`');
    expect(await restores()).toEqual([]);
  });
});
