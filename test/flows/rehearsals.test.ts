/** What a rehearsal means for the promotion of its release, over the API: which one counts, and for how long. */
import type { RehearsalReport } from '@slipway/contracts/rehearsal-views';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { forecastOf } from '../../packages/server/src/domain/forecast.ts';
import { rehearsedForecast } from '../../packages/server/src/flows/rehearsed-forecast.ts';
import { setEnvironment } from '../../packages/server/src/store/environments.ts';
import { projectByName } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { type Rehearsal, recordRehearsal } from '../../packages/server/src/store/rehearsals.ts';
import { makeShop, type Shop } from './make-slipway.ts';
import { openPromotionApi } from './promotion-site.ts';

const at = { project: 'shop' };
const HOUR = 3_600_000;
let shop: Shop;
let api: Awaited<ReturnType<typeof openPromotionApi>>;
let ada: string;
let grace: string;
let sha: string;
/** Since when production runs what it runs. */
let since: string;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop?.remove());
beforeEach(async () => {
  api = await openPromotionApi(inject('postgresUrl'), shop);
  [ada, grace] = [await api.person('ada', 'promote'), await api.person('grace', 'approve')];
  // There is no snapshot that its schema could be compared with.
  await api.configure('{ gates: { drift: off } }');
  sha = await api.prove();
  await serve(shop.main, { shop_order: { hash: 'x', version: '19.0.1.0.0', files: { 'models/more.py': 'x' } } });
});
afterEach(() => api?.close());

const now = (hours = 0): string => new Date(api.slipway.clock.now().getTime() + hours * HOUR).toISOString();
let served = 0;

/** Production runs this commit from now on. */
const serve = async (liveSha: string, installed: object): Promise<void> => {
  served += 1;
  const serving = { state: 'live', liveSlot: 'blue', image: 'slipway/shop:old', liveSha, installed } as never;
  await setEnvironment(api.db, 'shop/production', serving);
  since = now();
  await query(
    api.db,
    `insert into ops.deployments (id, environment, git_sha, actor, status, started_at, finished_at)
     values ($1, 'shop/production', $2, 'ada', 'succeeded', $3, $3)`,
    [`dep_${served}`, liveSha, since],
  );
};

const report = (given: Partial<RehearsalReport> = {}): RehearsalReport => ({
  ...{ action: 'update', modules: [], update: null, locks: null, tables: null, smoke: null },
  figures: { compared: 38, broken: [] },
  forecast: forecastOf(
    { copySeconds: 20, updateSeconds: 180.2, figuresSeconds: 4, bootSeconds: 20, smokeSeconds: 8 },
    'rehearsal',
    'run_1',
  ),
  says: 'about 4 min read-only, 1 module, no lock > 2 s',
  ...given,
});

/** As a run of staging's release would have left it. */
const rehearse = async (given: Partial<Rehearsal> = {}): Promise<void> => {
  const { release } = (await api.askAs(ada, 'requestPromotion', at, { dry_run: true })).body;
  await recordRehearsal(api.db, {
    ...{ id: api.slipway.newId('run'), project: 'shop', sha, imageDigest: release.imageDigest },
    ...{ productionSha: shop.main, productionSince: since, snapshot: 'snap_s', snapshotTakenAt: now(-1) },
    ...{ requestedBy: 'ada', status: 'succeeded', seconds: 240, failure: null, lastLines: [], report: report() },
    ...given,
  });
};

const asked = async () => {
  const { body } = await api.askAs(ada, 'requestPromotion', at, {});
  await api.askAs(grace, 'approvePromotion', { ...at, promotion: body.id }, {});
  return body;
};
const go = async (promotion: string): Promise<string> =>
  api.told(await api.askAs(ada, 'goPromotion', { ...at, promotion }));
const gate = (view: { gates: { gate: string }[] }, id: string) => view.gates.find((each) => each.gate === id);
const begun = () => query(api.db, `select id, sha, facts -> 'renew' as renew from ops.runs where kind = 'rehearse'`);

describe('a release that updates data', () => {
  test('is not promoted without a rehearsal, which asking for it begins, once', async () => {
    const { id } = await asked();
    await asked();

    expect(await go(id)).toMatch(/^409 promotion-refused: .*rehearsal \(this release was not rehearsed\)/);
    expect(await begun()).toMatchObject([{ sha, renew: false }]);
  });

  test('passes with a fresh one, and says what it forecasts', async () => {
    await rehearse();
    const view = await asked();

    expect(gate(view, 'rehearsal')).toMatchObject({
      state: 'pass',
      why: 'about 4 min read-only, 1 module, no lock > 2 s; on data that is 60 minutes old',
    });
    expect(gate(view, 'invariants')).toMatchObject({ state: 'pass' });
    expect(view.rehearsal).toMatchObject({ succeeded: true, says: report().says });
    // Nothing is left but that this production is not Slipway's to deploy to.
    expect(await go(view.id)).toContain('409 production-external');
    expect(await begun()).toEqual([]);
  });

  test.each<[string, Partial<Rehearsal> | (() => Partial<Rehearsal>), RegExp]>([
    ['of data that is too old', () => ({ snapshotTakenAt: now(-25) }), /rehearsal is stale/],
    ['of another image of the commit', { imageDigest: 'sha256:2' }, /another image/],
    ['of another commit', { sha: 'c'.repeat(40) }, /was of cccccccc, not of/],
    ['of another production', { productionSha: 'd'.repeat(40) }, /production has changed/],
    ['that was cancelled', { status: 'cancelled' }, /not rehearsed/],
  ])('is refused with one %s, and a new one is begun', async (_, given, why) => {
    await rehearse(typeof given === 'function' ? given() : given);
    const view = await asked();
    const refused = await go(view.id);

    expect(refused).toContain('409 promotion-refused');
    expect(refused).toMatch(why);
    expect(gate(view, 'rehearsal')).toMatchObject({
      state: 'wait',
      fix: expect.stringContaining('`slipway rehearse`'),
    });
    expect(gate(view, 'invariants')).toMatchObject({ state: 'wait' });
    expect(await begun()).toHaveLength(1);
  });

  test('is refused once production was deployed to since, also there and back', async () => {
    await rehearse();
    const { id } = await asked();
    await api.slipway.clock.sleep(2000, new AbortController().signal);
    await serve(shop.main, { shop_order: { hash: 'x', version: '19.0.1.0.0', files: { 'models/more.py': 'x' } } });

    expect(await go(id)).toMatch(/production has changed since the rehearsal/);
  });

  test('is refused with one that failed, in its words, and none is begun again', async () => {
    const code = 'odoo-install-failed' as const;
    const failure = { code, message: 'shop_order could not be updated', hint: '', facts: {} };
    await rehearse({ status: 'failed', failure, report: report({ figures: null, forecast: null, says: null }) });
    const view = await asked();

    expect(await go(view.id)).toContain('rehearsal (the rehearsal failed: shop_order could not be updated)');
    expect(gate(view, 'rehearsal')).toMatchObject({
      state: 'fail',
      fix: expect.stringContaining('slipway rehearsal show'),
    });
    expect(await begun()).toEqual([]);
  });

  test('is refused when business figures changed, whatever the rest', async () => {
    await rehearse({ report: report({ figures: { compared: 38, broken: ['Stock was 3, is 2'] } }) });
    const { id } = await asked();

    expect(await go(id)).toBe(
      `409 promotion-refused: Promotion ${id} may not go: invariants (the update changes figures: Stock was 3, is 2)`,
    );
  });

  test('needs none where slipway.yaml says so, and none is begun', async () => {
    await api.configure('{ gates: { drift: off, rehearsal: off, invariants: off } }');
    const view = await asked();

    expect(gate(view, 'rehearsal')).toMatchObject({ state: 'off' });
    expect(view.rehearsal).toBeNull();
    expect(await begun()).toEqual([]);
  });

  test('is not rehearsed in an emergency that passes over the gate', async () => {
    const { body } = await api.askAs(ada, 'requestPromotion', at, { emergency: 'The shop is down' });

    expect(gate(body, 'rehearsal')).toMatchObject({ state: 'wait', passedOver: true });
    expect(await begun()).toEqual([]);
  });

  test('is deployed with the forecast of its rehearsal, as long as production is what it was', async () => {
    await rehearse();
    const { release } = (await api.askAs(ada, 'requestPromotion', at, { dry_run: true })).body;
    const forecast = async (of = release) => rehearsedForecast(api.slipway, await projectByName(api.db, 'shop'), of);

    expect(await forecast()).toMatchObject({ source: 'rehearsal', updateSeconds: 180.2, readOnlySeconds: 235 });
    expect(await forecast({ ...release, imageDigest: 'sha256:2' })).toBeNull();
    await rehearse({ status: 'failed' });
    expect(await forecast()).toBeNull();
    await rehearse();
    await serve('e'.repeat(40), {});
    expect(await forecast()).toBeNull();
  });
});

test('a release of code alone needs no rehearsal, and says so', async () => {
  const [staging] = await query<{ installed: object }>(
    api.db,
    `select installed from ops.environments where id = 'shop/staging'`,
  );
  await serve(shop.main, staging?.installed ?? {});
  const view = await asked();

  expect(view.change).toMatchObject({ update: [], install: [] });
  expect(gate(view, 'rehearsal')).toMatchObject({ state: 'pass', why: expect.stringContaining('code only') });
  expect(gate(view, 'invariants')).toMatchObject({ state: 'pass' });
  expect(await begun()).toEqual([]);
});

describe('over the API', () => {
  test('a rehearsal is asked for by who may promote, written down, and shown once it has ended', async () => {
    const reader = await api.person('eve', 'read');
    expect((await api.askAs(reader, 'rehearse', at, {})).status).toBe(403);
    const { run } = (await api.askAs(ada, 'rehearse', at, { fresh: true })).body;

    expect(await begun()).toMatchObject([{ id: run, sha, renew: true }]);
    expect(
      await query(api.db, `select who, details ->> 'run' as run from ops.audit_log where what = 'rehearsal.request'`),
    ).toEqual([{ who: 'ada', run }]);
    expect(api.told(await api.askAs(reader, 'rehearsal', { ...at, rehearsal: run }))).toContain(
      '404 rehearsal-unknown',
    );
    await rehearse({ id: run });
    expect((await api.askAs(reader, 'rehearsal', { ...at, rehearsal: run })).body).toMatchObject({
      ...{ id: run, state: 'succeeded', sha, snapshot: { id: 'snap_s' }, report: { figures: { compared: 38 } } },
    });
    await rehearse({ id: 'run_later', status: 'failed' });
    const { body } = await api.askAs(reader, 'rehearsals', at);
    expect(body.map(({ id }: { id: string }) => id)).toEqual(['run_later', run]);
  });

  test('one that waits is superseded by the next', async () => {
    const first = (await api.askAs(ada, 'rehearse', at, {})).body.run;
    await api.askAs(ada, 'rehearse', at, {});

    expect(await query(api.db, 'select state from ops.runs where id = $1', [first])).toEqual([{ state: 'superseded' }]);
  });

  test('nothing is rehearsed that staging does not run', async () => {
    await setEnvironment(api.db, 'shop/staging', { liveSha: null });

    expect(api.told(await api.askAs(ada, 'rehearse', at, {}))).toContain('409 staging-empty');
  });
});
