import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { executeRun } from '../../packages/server/src/flows/execute-run.ts';
import { claimRun } from '../../packages/server/src/store/claim-run.ts';
import { openEvents } from '../../packages/server/src/store/events.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { readRun } from '../../packages/server/src/store/runs.ts';
import { configureProduction, open } from '../chaos/production-scenarios.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

let shop: Shop;
let site: Site;
let plane: ControlPlane;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop.remove());
beforeEach(async () => {
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start();
  await configureProduction(plane);
});
afterEach(() => site.remove());

/** Takes the run up as the loop does, with a defect in its way; its lease ends at once. */
const breakOff = async (): Promise<void> => {
  const { slipway } = plane;
  const run = await claimRun(slipway.db, { owner: slipway.owner, leaseSeconds: 15, limits: { builds: 2 } });
  if (run === null) throw new Error('no run waits');
  const broken = { ...slipway, knownSecrets: () => Promise.reject(new TypeError('undefined is not a verdict')) };
  await expect(executeRun(broken, run, new AbortController().signal)).rejects.toThrow('not a verdict');
  await query(slipway.db, `update ops.runs set lease_until = now() - interval '1 second' where id = $1`, [run.id]);
};

test('a run that a defect breaks off again and again is told of, and over when it ends', async () => {
  const { db } = plane.slipway;
  const run = await open(plane);
  await breakOff();
  await breakOff();
  expect(await openEvents(db)).toEqual([]);

  await breakOff();
  await breakOff();
  expect(await openEvents(db)).toMatchObject([
    { kind: 'run-stuck', subject: 'shop/production', message: expect.stringMatching(/3 times.*not a verdict/) },
  ]);

  await plane.drain();
  expect(await readRun(db, run)).toMatchObject({ state: 'succeeded' });
  expect(await openEvents(db)).toEqual([]);
});
