import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { executeRun } from '../../packages/server/src/flows/execute-run.ts';
import { requestRun } from '../../packages/server/src/flows/request-preview.ts';
import { reap } from '../../packages/server/src/observe/reap.ts';
import { claimRun } from '../../packages/server/src/store/claim-run.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { book, machine, verified } from '../flows/look.ts';
import { type ControlPlane, makeShop, makeSite, type Shop } from '../flows/make-slipway.ts';
import { open } from './scenarios.ts';

const RUNS = 20;

let shop: Shop;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop.remove());

/** As observe/work-runs.ts does it, until nothing waits or runs any more. */
const workUntilIdle = async (plane: ControlPlane): Promise<number> => {
  let carriedOut = 0;
  const active = new Set<Promise<void>>();
  for (;;) {
    const run = await claimRun(plane.slipway.db, {
      owner: plane.slipway.owner,
      leaseSeconds: 15,
      limits: { builds: plane.slipway.builds },
    });
    if (run !== null) {
      carriedOut++;
      const work: Promise<void> = executeRun(plane.slipway, run, new AbortController().signal).finally(() =>
        active.delete(work),
      );
      active.add(work);
      continue;
    }
    const [open] = await query<{ n: number }>(
      plane.slipway.db,
      `select count(*)::int as n from ops.runs where state in ('queued', 'running')`,
    );
    if (open?.n === 0) return carriedOut;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

test('two control planes share twenty runs, and none is done twice', async () => {
  const site = await makeSite(inject('postgresUrl'), shop);
  const planes = [await site.start({ builds: 3 }), await site.start({ builds: 3 })] as const;
  const { config, source, folder } = await projectByName(planes[0].slipway.db, 'shop');
  const preview = { ...config.stages.preview, max: RUNS };
  await saveProject(planes[0].slipway.db, {
    name: 'shop',
    config: { ...config, stages: { ...config.stages, preview } },
    source,
    folder,
  });
  const commits = { first: shop.main, changed: shop.main, text: shop.main };
  for (let number = 1; number <= RUNS; number++) await open((each) => each.first, { number })(planes[0], commits);
  let most = 0;
  const busy = new Set<string>();
  site.world.fault = async ({ method, when }) => {
    const rows = await query<{ n: number }>(
      planes[1].slipway.db,
      `select count(*)::int as n from ops.runs where state = 'running'`,
    );
    most = Math.max(most, rows[0]?.n ?? 0);
    busy.add(`${method} ${when}`);
  };
  const shares = await Promise.all(planes.map(workUntilIdle));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBe(RUNS);
  expect(Math.min(...shares)).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(3);
  site.world.fault = async () => undefined;
  const { environments, templates } = await book(planes[0], site);
  expect(environments.map(({ state }) => state)).toEqual(Array.from({ length: RUNS }, () => 'live'));
  expect(templates).toHaveLength(1);
  expect(site.world.effects.get('workload.runJob install')).toBe(1);
  expect(site.world.effects.get('workload.boot')).toBe(RUNS);
  expect(site.world.effects.get('databases.clone')).toBe(RUNS);
  expect(machine(site).jobs).toEqual([]);
  expect((await verified(planes[0])).ok).toBe(true);
  for (let number = 1; number <= RUNS; number++)
    await requestRun(planes[1].slipway, {
      environment: `shop/pr-${number}`,
      kind: 'close-preview',
      requestedBy: 'mona',
    });
  await Promise.all(planes.map(workUntilIdle));
  expect(machine(site)).toMatchObject({ containers: [], jobs: [] });
  expect(machine(site).databases).toHaveLength(1);
  site.clock.advance(3_600_000);
  expect(await reap(planes[0].slipway, planes[0].inventories)).toEqual([]);
  await site.remove();
});

test('a control plane that hangs loses its run and writes nothing more when it comes back', async () => {
  const site = await makeSite(inject('postgresUrl'), shop);
  const slow = await site.start();
  const other = await site.start();
  const commits = { first: shop.main, changed: shop.main, text: shop.main };
  await open((each) => each.first)(slow, commits);
  const { promise: hanging, resolve: comeBack } = Promise.withResolvers<void>();
  let reached: () => void = () => undefined;
  const there = new Promise<void>((resolve) => {
    reached = resolve;
  });
  site.world.fault = async ({ method, when }) => {
    if (method !== 'databases.clone' || when !== 'before') return;
    site.world.fault = async () => undefined;
    reached();
    await hanging;
  };
  const drained = slow.drain();
  await there;
  await site.expireLeases();
  await other.drain();
  const before = await book(other, site);
  comeBack();
  await drained;
  expect(await book(other, site)).toEqual(before);
  expect(before.environments).toMatchObject([{ state: 'live' }]);
  expect(site.world.effects.get('databases.clone')).toBe(1);
  await site.remove();
});
