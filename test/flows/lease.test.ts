import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { requestPreview } from '../../packages/server/src/flows/request-preview.ts';
import { runStates } from './look.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

let shop: Shop;
let site: Site;
let plane: ControlPlane;
beforeAll(async () => {
  shop = await makeShop();
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start();
});
afterAll(async () => {
  await site.remove();
  await shop.remove();
});

const WAITING = `select count(*)::int as n from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and query ~ 'lease_until = clock_timestamp'`;

test('A run whose row is locked for long waits for it with two connections, not with all of them', async () => {
  let begun = (): void => undefined;
  const reached = new Promise<void>((resolve) => (begun = resolve));
  let goOn = (): void => undefined;
  const gone = new Promise<void>((resolve) => (goOn = resolve));
  site.world.fault = async ({ method, when }) => {
    if (method !== 'builder.build' || when !== 'before') return;
    begun();
    await gone;
  };
  const asked = { project: 'shop', number: 1, ref: shop.main, base: 'main', branch: 'feature', title: null };
  await requestPreview(plane.slipway, {
    ...asked,
    ...{ author: 'mona', fork: false, fresh: false, requestedBy: 'mona', headUpdatedAt: null },
  });
  const drained = plane.drain();
  await reached;
  const locker = new pg.Client({ connectionString: site.url });
  await locker.connect();
  await locker.query('begin');
  await locker.query('select 1 from ops.runs for update');
  // Renewed each second.
  await pause(4500);
  const waiting = (await locker.query(WAITING)).rows[0] as { n: number };
  await locker.query('rollback');
  await locker.end();
  goOn();
  await drained;

  expect(waiting.n).toBe(2);
  expect(await runStates(plane)).toEqual(['open-preview succeeded']);
});
