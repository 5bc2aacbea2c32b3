import { parseProjectConfig } from '@slipway/contracts/config-file';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { readRun } from '../../packages/server/src/store/runs.ts';
import { productionView } from '../../packages/server/src/views/production-view.ts';
import {
  deployCode,
  makeProductionShop,
  migrate,
  migrateAgain,
  open,
  type ProductionCommits,
} from '../chaos/production-scenarios.ts';
import { evidenceOf, journalOf, machine } from './look.ts';
import { type ControlPlane, makeSite, type Shop, type Site } from './make-slipway.ts';

const GB = 1_000_000_000;

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
  await configure('');
  await open(plane);
  await plane.drain();
});
afterEach(() => site.remove());

const configure = async (update: string, store = '{ kind: folder }'): Promise<void> => {
  const parsed = parseProjectConfig(`version: 1
name: shop
odoo: { series: '19.0', addons: [addons] }
stages: { production: { target: docker, branch: main, backup: false, drain: 1s${update} } }
data: { store: ${store} }
`);
  if (!parsed.ok) throw new Error(`the test has a wrong slipway.yaml: ${JSON.stringify(parsed)}`);
  const { db } = plane.slipway;
  await saveProject(db, { ...(await projectByName(db, 'shop')), config: parsed.config });
};
const deployed = async (ask: typeof migrate): Promise<string> => {
  const run = await ask(plane, site, commits);
  await plane.drain();
  return run;
};
const ended = (run: string) => readRun(plane.slipway.db, run);
const timesOf = async (run: string) =>
  (await productionView(plane.slipway.db, 'shop/production', null)).deployments.find(({ id }) => id === run)?.times;

describe('an update of production', () => {
  test('is refused before anything is done where a copy is asked for and finds no room, with the figures', async () => {
    site.world.room = { databaseBytes: 10 * GB, freeBytes: 5 * GB };
    await configure(', update: clone');
    const before = machine(site);

    const run = await deployed(migrate);
    expect(await ended(run)).toMatchObject({
      state: 'failed',
      failure: {
        code: 'update-no-room',
        message: expect.stringContaining('a copy of the database needs 12.0 GB, and 5.0 GB are free'),
      },
    });
    expect(machine(site)).toEqual(before);
    expect(await journalOf(plane, run)).toEqual([]);
  });

  test('in place is refused before anything is done where no backup can be stored: there would be no way back', async () => {
    const store = '{ kind: s3, region: eu, bucket: backups, prefix: shop, access_key: KEY, secret_key: KEY }';
    await configure(', update: maintenance', store);
    const before = machine(site);

    const run = await deployed(migrate);
    expect(await ended(run)).toMatchObject({ state: 'failed', failure: { code: 'secret-unknown' } });
    expect(machine(site)).toEqual(before);
    expect(await journalOf(plane, run)).toEqual([]);
  });

  test('finds room in the copy before the last, whose name it takes', async () => {
    // As large as later: how long the first copy took says how long the next one takes.
    site.world.room = { databaseBytes: 10 * GB, freeBytes: 50 * GB };
    await deployed(migrate);
    site.world.room = { databaseBytes: 10 * GB, freeBytes: 5 * GB };
    expect(await ended(await deployed(migrateAgain))).toMatchObject({ failure: null, state: 'succeeded' });
  });

  test('is compared with its forecast, and the next one learns from it', async () => {
    const first = await deployed(migrate);
    expect(await timesOf(first)).toMatchObject({
      path: 'clone-and-switch',
      why: expect.stringContaining('on a copy of the database, while the old version answers who only reads'),
      forecast: { source: 'guess', from: null, updateSeconds: 160 },
      measured: { updateSeconds: expect.any(Number), readOnlySeconds: expect.any(Number), awaySeconds: null },
    });
    expect(await evidenceOf(plane, first)).toContain('deploy/phases.json');

    const second = await deployed(migrateAgain);
    expect(await timesOf(second)).toMatchObject({ forecast: { source: 'last deployment', from: first } });
  });

  test('that fails is compared with its forecast, too', async () => {
    site.world.mood = (job) => (job === 'update' ? 'install-fails' : 'clean');
    const run = await deployed(migrate);
    expect(await ended(run)).toMatchObject({ state: 'failed' });
    expect(await timesOf(run)).toMatchObject({
      measured: { updateSeconds: null, readOnlySeconds: expect.any(Number) },
    });
    expect(await evidenceOf(plane, run)).toContain('deploy/phases.json');
  });
});

test('of code alone nothing is forecast, and nobody waits', async () => {
  const run = await deployed(deployCode);
  expect(await timesOf(run)).toMatchObject({
    path: 'blue-green',
    forecast: null,
    measured: { heldSeconds: null, readOnlySeconds: null, bootSeconds: expect.any(Number) },
  });
});
