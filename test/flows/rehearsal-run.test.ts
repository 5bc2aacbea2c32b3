/** A whole rehearsal as its user meets it: what is printed, what is kept, and that nothing is left of the copy. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type RehearsalView, rehearsalView } from '@slipway/contracts/rehearsal-views';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { ensureStage } from '../../packages/server/src/flows/stages.ts';
import { setEnvironment } from '../../packages/server/src/store/environments.ts';
import { projectByName } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { configure, productionAt } from '../chaos/data-scenarios.ts';
import { makeProduction, type Production } from './data-production.ts';
import { type DataStand, openDataStand } from './data-stand.ts';
import { evidenceOf } from './look.ts';
import { makeShop, type Shop } from './make-slipway.ts';

let shop: Shop;
let production: Production;
let stand: DataStand;
beforeAll(async () => {
  shop = await makeShop();
  production = await makeProduction(inject('postgresUrl'));
});
afterAll(async () => {
  await production?.remove();
  await shop?.remove();
});
beforeEach(async () => {
  stand = await openDataStand(inject('postgresUrl'), shop);
  await configure(stand.plane, production);
  await productionAt(stand.plane, production.url);
  await stand.succeeds('staging', 'refresh');
});
afterEach(() => stand?.close());

/** What `slipway rehearse` prints, and what was kept. */
const rehearse = async (
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly view: RehearsalView; readonly text: string }> => {
  const { code, stdout } = await stand.slipway('rehearse', ...words, '--json');
  const view = rehearsalView.parse(JSON.parse(stdout));
  const shown = await stand.slipway('rehearsal', 'show', view.id);
  return { code, view, text: shown.stdout };
};

/** Names of whatever the copy was made of. */
const left = async (): Promise<string[]> => {
  const { world, data } = stand.site;
  const files = await readdir(join(data, 'filestores'), { recursive: true }).catch(() => []);
  const secrets = await query<{ name: string }>(
    stand.plane.slipway.db,
    `select environment as name from ops.secrets where environment like '%rehearsal%'`,
  );
  const routes = await query<{ name: string }>(
    stand.plane.slipway.db,
    `select host as name from ops.routes where host like '%rehearsal%'`,
  );
  return [
    ...[...world.databases.keys(), ...world.roles.keys(), ...world.containers.keys(), ...files].filter((name) =>
      name.includes('rehearsal'),
    ),
    ...[...secrets, ...routes].map(({ name }) => name),
  ];
};

describe('a rehearsal', () => {
  test('carries out the update with staging’s image on the newest snapshot, says what it found, and leaves nothing', async () => {
    const [snapshot] = await stand.snapshots();
    const { code, view, text } = await rehearse();

    expect(code).toBe(0);
    expect(view).toMatchObject({
      ...{ state: 'succeeded', sha: shop.main, snapshot: { id: snapshot }, productionSha: null, failure: null },
      report: {
        modules: [{ name: 'shop_order', action: 'update', seconds: 0.13 }],
        ...{ update: { errors: [] }, figures: { broken: [] }, smoke: { failed: [] } },
        says: expect.stringMatching(/^about \d+ s read-only, 1 module/),
      },
    });
    expect(text).toContain(view.report?.says);
    expect(await left()).toEqual([]);
    const kept = await evidenceOf(stand.plane, view.id);
    expect(kept).toEqual(
      expect.arrayContaining([
        ...['invariants/after-compared.json', 'rehearsal/report.json', 'rehearsal/tables.json', 'smoke/report.json'],
      ]),
    );
    expect((await stand.slipway('rehearsal', 'list')).stdout).toContain(view.id);
  });

  test('takes a new snapshot where it is asked to, or where the newest is too old', async () => {
    const before = await stand.snapshots();
    const fresh = await rehearse('--fresh');
    expect(before).not.toContain(fresh.view.snapshot?.id);
    expect((await rehearse()).view.snapshot).toEqual(fresh.view.snapshot);

    stand.site.clock.advance(25 * 3_600_000);
    const later = await rehearse();
    expect(later.view.snapshot?.id).not.toBe(fresh.view.snapshot?.id);
    expect(await left()).toEqual([]);
  });

  test('whose update fails says so in Odoo’s words, is kept as failed, and leaves nothing', async () => {
    stand.site.world.mood = (job) => (job === 'update' ? 'install-fails' : 'clean');
    const { code, view, text } = await rehearse('--fresh');

    expect(code).toBe(1);
    expect(view).toMatchObject({
      ...{ state: 'failed', failure: { code: 'odoo-install-failed' }, report: { says: null, forecast: null } },
    });
    expect(text).toContain("AttributeError: module 'odoo.fields' has no attribute 'Nonsense'");
    expect(await left()).toEqual([]);
    expect(await evidenceOf(stand.plane, view.id)).toContain('rehearsal/report.json');
    stand.site.world.mood = () => 'clean';
    expect((await rehearse()).view.state).toBe('succeeded');
  });

  test('whose smoke test fails says which check, and leaves nothing', async () => {
    stand.site.world.answers.set('/web/login', 500);
    const { code, view } = await rehearse();

    expect(code).toBe(1);
    expect(view).toMatchObject({
      state: 'failed',
      failure: { code: 'smoke-failed' },
      report: { figures: { broken: [] } },
    });
    expect(view.report?.smoke?.failed.length).toBeGreaterThan(0);
    expect(await left()).toEqual([]);
  });

  test('refuses an image that was built again, before anything is copied', async () => {
    for (const name of stand.site.world.images.keys()) stand.site.world.images.set(name, 'sha256:another');
    const { view } = await rehearse('--fresh');

    expect(view).toMatchObject({ state: 'failed', failure: { code: 'artifact-changed' } });
    expect(await stand.snapshots()).toHaveLength(1);
    expect(await left()).toEqual([]);
  });

  test('of a production that Slipway runs updates what a deployment would', async () => {
    const { slipway } = stand.plane;
    const project = await projectByName(slipway.db, 'shop');
    const id = await ensureStage(slipway, slipway.db, project, 'production');
    const [staging] = await query<{ installed: object }>(
      slipway.db,
      `select installed from ops.environments where id = 'shop/staging'`,
    );
    const serving = { liveSlot: 'blue', liveSha: shop.main, image: 'x', installed: staging?.installed } as never;
    await setEnvironment(slipway.db, id, serving);
    await query(
      slipway.db,
      `insert into ops.deployments (id, environment, git_sha, actor, status, started_at, finished_at)
       values ('dep_1', $1, $2, 'ada', 'succeeded', '2020-01-01', '2020-01-01')`,
      [id, shop.main],
    );
    const { view } = await rehearse();

    // Production has the very files of this commit: nothing is updated, and nobody waits.
    expect(view).toMatchObject({
      ...{ state: 'succeeded', productionSha: shop.main },
      report: { modules: [], forecast: null, says: 'code only: nobody waits' },
    });
  });
});
