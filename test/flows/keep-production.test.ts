import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { keepProduction } from '../../packages/server/src/observe/keep-production.ts';
import { reap } from '../../packages/server/src/observe/reap.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { productionView } from '../../packages/server/src/views/production-view.ts';
import { runViews } from '../../packages/server/src/views/run-view.ts';
import {
  configureProduction,
  makeProductionShop,
  migrate,
  open,
  type ProductionCommits,
} from '../chaos/production-scenarios.ts';
import { machine, runStates } from './look.ts';
import { type ControlPlane, makeSite, type Shop, type Site } from './make-slipway.ts';

const NONE: ReadonlySet<string> = new Set();
const MISSING: ReadonlySet<string> = new Set(['shop/production']);

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
  await open(plane);
  await plane.drain();
});
afterEach(() => site.remove());

const look = (missing: ReadonlySet<string>) => keepProduction(plane.slipway, missing);
const container = (slot: string) => {
  const found = site.world.containers.get(`shop/production/${slot}`);
  if (found === undefined) throw new Error(`there is no container ${slot}`);
  return found;
};
const stop = (slot: string): void => {
  container(slot).running = false;
};
const started = async (): Promise<string[]> =>
  (await runStates(plane)).filter((line) => line.startsWith('start-production'));
const routed = async () =>
  (await query<{ route: unknown }>(plane.slipway.db, `select route from ops.routes`)).map(({ route }) => route);

describe('a production that does not run as it should', () => {
  test('is left alone while it runs', async () => {
    expect(await look(MISSING)).toEqual(NONE);
    expect(await started()).toEqual([]);
  });

  test.each(['blue', 'cron'])(
    'is started again at the second look, when its %s container is not there',
    async (slot) => {
      stop(slot);
      const missing = await look(NONE);
      expect([missing, await started()]).toEqual([MISSING, []]);
      expect(await look(missing)).toEqual(MISSING);
      expect(await started()).toEqual(['start-production queued']);
      await plane.drain();
      expect(await started()).toEqual(['start-production succeeded']);
      expect([container('blue').running, container('cron').running]).toEqual([true, true]);
      expect(await routed()).toMatchObject([{ kind: 'serve', upstream: { host: container('blue').host } }]);
      expect(await look(missing)).toEqual(NONE);
    },
  );

  test('is given the time that Docker takes to start it by itself', async () => {
    stop('cron');
    const missing = await look(NONE);
    container('cron').running = true;
    expect(await look(missing)).toEqual(NONE);
    expect(await started()).toEqual([]);
  });

  test('is left to the run that is under way: that stops its scheduled actions itself', async () => {
    stop('cron');
    await migrate(plane, site, commits);
    expect(await look(await look(NONE))).toEqual(MISSING);
    expect(await started()).toEqual([]);
  });

  test('is not started over and over when it ends each time, but again after a while', async () => {
    stop('cron');
    site.world.mood = (job, _, slot) => (job === 'boot' && slot === 'cron' ? 'boot-fails' : 'clean');
    await look(MISSING);
    await plane.drain();
    await look(MISSING);
    expect(await started()).toEqual(['start-production failed']);
    await query(plane.slipway.db, `update ops.runs set finished_at = finished_at - interval '10 minutes'`);
    await look(MISSING);
    expect(await started()).toEqual(['start-production failed', 'start-production queued']);
  });

  test('tells people that its scheduled actions do not run, once and in words, until they do', async () => {
    const shown = async () => (await productionView(plane.slipway.db, 'shop/production', null)).troubles;
    const fails = (fail: boolean): void => {
      site.world.mood = (job, _, slot) => (fail && job === 'boot' && slot === 'cron' ? 'boot-fails' : 'clean');
    };
    expect(await shown()).toEqual([]);
    fails(true);
    await migrate(plane, site, commits);
    await plane.drain();
    expect((await runStates(plane)).at(-1)).toBe('deploy-production succeeded');
    expect(await shown()).toEqual([
      expect.stringMatching(
        /^Scheduled actions of shop\/production do not run: .*container of scheduled actions is stopped/,
      ),
    ]);
    const [newest] = await runViews(plane.slipway.db, { id: null, limit: 1 });
    expect(newest?.steps.find(({ name }) => name === 'start-cron')).toMatchObject({
      state: 'failed',
      note: expect.stringContaining('scheduled actions is stopped'),
    });
    await look(MISSING);
    await plane.drain();
    expect([await started(), (await shown()).length]).toEqual([['start-production failed'], 1]);
    fails(false);
    await query(plane.slipway.db, `update ops.runs set finished_at = finished_at - interval '10 minutes'`);
    await look(MISSING);
    await plane.drain();
    expect(await started()).toEqual(['start-production failed', 'start-production succeeded']);
    expect(await shown()).toEqual([]);
  });
});

describe('what a production owns', () => {
  test.each(['is well', 'has lost its containers', 'is told to serve nothing'])(
    'is never removed as an orphan, when it %s',
    async (state) => {
      await migrate(plane, site, commits);
      await plane.drain();
      if (state === 'has lost its containers') for (const slot of ['green', 'cron']) stop(slot);
      if (state === 'is told to serve nothing')
        await query(plane.slipway.db, `update ops.environments set live_slot = null, state = 'failed'`);
      const before = machine(site);
      expect(before.databases.map(({ name }) => name)).toEqual(['odoo_production', 'odoo_production_b']);
      site.clock.advance(365 * 24 * 3_600_000);
      expect(await reap(plane.slipway, plane.inventories)).toEqual([]);
      expect(machine(site)).toEqual(before);
    },
  );
});
