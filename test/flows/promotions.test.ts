/** How a release gets to production over the API, and who and what keeps it from there. */
import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { promotionEvidence } from '../../packages/server/src/flows/keep-promotion.ts';
import { lookAtPromotions } from '../../packages/server/src/flows/look-at-promotions.ts';
import { goPromotion } from '../../packages/server/src/flows/promote.ts';
import type { DeploymentRequest } from '../../packages/server/src/flows/request-production.ts';
import { settlePromotion } from '../../packages/server/src/flows/settle-promotion.ts';
import { setEnvironment } from '../../packages/server/src/store/environments.ts';
import { openEvents } from '../../packages/server/src/store/events.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { enqueueRun } from '../../packages/server/src/store/runs.ts';
import { makeShop, type Shop } from './make-slipway.ts';
import { openPromotionApi } from './promotion-site.ts';

const at = { project: 'shop' };
let shop: Shop;
let api: Awaited<ReturnType<typeof openPromotionApi>>;
let ada: string;
let grace: string;
let sha: string;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop?.remove());
beforeEach(async () => {
  api = await openPromotionApi(inject('postgresUrl'), shop);
  [ada, grace] = [await api.person('ada', 'promote'), await api.person('grace', 'approve')];
  sha = await api.prove();
});
afterEach(() => api?.close());

const ask = async (token = ada, body: object = {}) => (await api.askAs(token, 'requestPromotion', at, body)).body;
const approve = (promotion: string, token = grace, body: object = {}) =>
  api.askAs(token, 'approvePromotion', { ...at, promotion }, body);
const go = async (promotion: string, token = ada) =>
  api.told(await api.askAs(token, 'goPromotion', { ...at, promotion }));
const show = async (promotion: string) => (await api.askAs('token', 'promotion', { ...at, promotion })).body;
const stateOf = (view: { gates: { gate: string; state: string }[] }, gate: string) =>
  view.gates.find((each) => each.gate === gate)?.state;
const blocked = (view: { gates: { gate: string; state: string }[] }) =>
  view.gates.filter(({ state }) => !['pass', 'off'].includes(state)).map(({ gate }) => gate);
const audited = () =>
  query<{ who: string; what: string }>(
    api.db,
    `select who, what from ops.audit_log where what like 'promotion.%' order by id`,
  );

/** What the deployment of production will be: a run in the transaction of whoever asks. */
const deploy = async (_: unknown, request: DeploymentRequest): Promise<string> => {
  const { run } = await enqueueRun(request.db ?? api.db, {
    ...{ id: `run_${request.promotion}`, project: 'shop', environment: 'shop/production', kind: 'create-snapshot' },
    ...{ sha: request.release.sha, requestedBy: request.requestedBy, facts: { promotion: request.promotion } },
  });
  return run.id;
};
const lets = (promotion: string) =>
  goPromotion(api.slipway, { ...at, promotion, by: { who: 'ada', email: 'ada@example.com' } }, deploy);

describe('a promotion', () => {
  test('says what would go live, without asking for it', async () => {
    const view = await ask(ada, { dry_run: true });

    expect(view).toMatchObject({ id: null, state: 'open', release: { sha }, ready: false, production: null });
    expect(view.commits[0]).toMatchObject({ sha, author: 'Mona', email: 'mona@example.com' });
    expect(view.change.why).toContain('first deployment');
    expect(blocked(view)).toEqual(['approval']);
    expect((await api.askAs('token', 'promotions', at)).body).toEqual([]);
    expect(await audited()).toEqual([]);
  });

  test('says module by module what an update of production is', async () => {
    await query(api.db, `update ops.environments set live_slot = 'blue' where id = 'shop/production'`);
    const installed = { shop_order: { hash: 'x', version: '19.0.1.0.0', files: { 'models/more.py': 'x' } } };
    await setEnvironment(api.db, 'shop/production', { liveSha: shop.main, image: 'slipway/shop:old', installed });

    const { change, production, commits } = await ask(ada, { dry_run: true });
    expect(change).toMatchObject({ action: 'update', update: ['shop_order'] });
    expect(change.why).toContain('updates shop_order');
    expect(change.modules).toMatchObject([{ name: 'shop_order', action: 'update' }]);
    expect(production).toMatchObject({ sha: shop.main });
    expect(commits.map((each: { sha: string }) => each.sha)).not.toContain(shop.main);
  });

  test('waits for an approval, goes, and is settled with its run', async () => {
    const { id } = await ask();
    expect((await show(id)).ready).toBe(false);
    expect((await approve(id, grace, { sha })).body).toMatchObject({ ready: true, approvals: [{ who: 'grace' }] });

    const run = await lets(id);
    expect(await show(id)).toMatchObject({ state: 'deploying', run, ready: false });
    expect(await go(id)).toContain('409 promotion-under-way');
    expect(api.told(await api.askAs(ada, 'requestPromotion', at, {}))).toContain('409 promotion-under-way');
    const evidence = await promotionEvidence(api.db, { id: run });
    const kept = JSON.parse(evidence ?? '');
    expect(kept).toMatchObject({ id, release: { sha }, facts: { approvals: [{ who: 'grace', sha }] }, passedOver: [] });
    expect(kept.gates).toHaveLength(14);

    await settlePromotion(api.db, { id: run, project: 'shop' }, 'succeeded');
    await settlePromotion(api.db, { id: run, project: 'shop' }, 'failed', 'a second end');
    expect(await show(id)).toMatchObject({ state: 'succeeded', reason: null });
    expect(await promotionEvidence(api.db, { id: run })).toBe(evidence);
    expect(await audited()).toEqual([
      { who: 'ada', what: 'promotion.request' },
      { who: 'grace', what: 'promotion.approve' },
      { who: 'ada', what: 'promotion.go' },
    ]);
  });

  test('that could not be deployed has not gone', async () => {
    const { id } = await ask();
    await approve(id);

    expect(await go(id)).toMatch(/^409 (stage-missing|production-external)/);
    expect(await show(id)).toMatchObject({ state: 'open', run: null, ready: true });
  });

  test('whose run was cancelled while it waited has failed', async () => {
    const { id } = await ask();
    await approve(id);
    const run = await lets(id);
    await api.askAs('token', 'cancelRun', { run });

    expect(await show(id)).toMatchObject({ state: 'failed', reason: 'its deployment was cancelled' });
  });

  test('tells people of a branch that was not moved, until one is', async () => {
    const end = async (moved: boolean) => {
      const { id } = await ask();
      await approve(id);
      const run = await lets(id);
      const receipt = JSON.stringify({ moved, reason: moved ? null : 'the host is away' });
      await query(
        api.db,
        `insert into ops.steps (run, index, name, kind, state, receipt) values ($1, 0, 'move-branch', 'move-branch', 'done', $2)`,
        [run, receipt],
      );
      await settlePromotion(api.db, { id: run, project: 'shop' }, 'succeeded');
      await query(api.db, `update ops.runs set state = 'succeeded' where id = $1`, [run]);
    };
    await end(false);
    expect(await openEvents(api.db, 'shop')).toMatchObject([
      { kind: 'branch-not-moved', subject: 'main', message: expect.stringContaining('the host is away') },
    ]);
    await end(true);
    expect(await openEvents(api.db, 'shop')).toEqual([]);
  });

  test('asked for again is the same one, with its approvals and who asked first', async () => {
    const { id } = await ask();
    await approve(id);
    const again = await ask(await api.person('eve', 'promote'));

    expect(again).toMatchObject({ id, ready: true, requestedBy: { who: 'ada' }, approvals: [{ who: 'grace' }] });
  });

  test('that several ask for at once is one', async () => {
    const asked = await Promise.all([ask(), ask(await api.person('eve', 'promote')), ask()]);

    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    expect(new Set(asked.map(({ requestedBy }) => requestedBy.who)).size).toBe(1);
    expect((await api.askAs('token', 'promotions', at)).body).toHaveLength(1);
  });

  test('that two let go at once goes once', async () => {
    const { id } = await ask();
    await approve(id);
    const ends = await Promise.allSettled([lets(id), lets(id)]);

    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await query(api.db, `select id from ops.runs where id like 'run_prom%'`)).toHaveLength(1);
  });

  test('is superseded by one of another release, which has no approvals', async () => {
    const { id } = await ask();
    await approve(id);
    await api.prove();
    const next = await ask();

    expect(next).toMatchObject({ ready: false, approvals: [] });
    expect(next.id).not.toBe(id);
    expect(await show(id)).toMatchObject({ state: 'superseded', reason: `superseded by ${next.id}` });
    expect(await go(id)).toContain(`409 promotion-ended: Promotion ${id} is superseded`);
  });

  test('that is refused has ended, and says by whom', async () => {
    const { id } = await ask();
    const refused = await api.askAs(grace, 'refusePromotion', { ...at, promotion: id }, { reason: 'Not on a Friday' });

    expect(refused.body).toMatchObject({ state: 'refused', reason: 'refused by grace: Not on a Friday' });
    expect(await go(id)).toContain('409 promotion-ended');
    expect(api.told(await approve(id))).toContain('409 promotion-ended');
  });

  test('expires', async () => {
    const { id } = await ask();
    api.site.clock.advance(4 * 86_400_000);

    expect(await show(id)).toMatchObject({ state: 'expired' });
    expect(api.told(await approve(id))).toContain('409 promotion-ended');
  });

  test('has a backup begun where the newest is too old, once', async () => {
    await setEnvironment(api.db, 'shop/production', { liveSha: shop.main, image: 'slipway/shop:old', installed: {} });
    api.site.clock.advance(2 * 86_400_000);
    // A sanitised snapshot is no backup: neither one that is being taken nor one that has just failed keeps it from being begun.
    const { run } = (await api.askAs('token', 'createSnapshot', at, { kind: 'sanitised' })).body;
    await query(api.db, `update ops.runs set state = 'failed', finished_at = now() where id = $1`, [run]);
    await ask();
    const view = await ask();

    expect(stateOf(view, 'backup')).toBe('wait');
    const raw = `kind = 'create-snapshot' and facts ->> 'kind' = 'raw'`;
    expect(await query(api.db, `select facts ->> 'reason' as reason from ops.runs where ${raw}`)).toEqual([
      { reason: 'deployment' },
    ]);

    // What has just failed is not begun again by each question of whoever waits; after a while it is.
    const count = async () => (await query(api.db, `select id from ops.runs where ${raw}`)).length;
    const end = (ago: string) =>
      query(api.db, `update ops.runs set state = 'failed', lease_until = null, finished_at = now() - $1::interval`, [
        ago,
      ]);
    await end('10 seconds');
    await ask();
    expect(await count()).toBe(1);
    await end('10 minutes');
    await ask();
    expect(await count()).toBe(2);
  });
});

test('what an open promotion waited for is seen once its run has ended, without anybody asking again', async () => {
  await setEnvironment(api.db, 'shop/production', { liveSha: shop.main, image: 'slipway/shop:old', installed: {} });
  api.site.clock.advance(2 * 86_400_000);
  const { id } = await ask();
  const [run] = await query<{ id: string }>(api.db, `select id from ops.runs where kind = 'create-snapshot'`);
  const taken = api.slipway.clock.now().toISOString();
  await query(api.db, 'update ops.snapshots set taken_at = $1', [taken]);

  await lookAtPromotions(api.slipway);
  expect(stateOf(await show(id), 'backup')).toBe('wait');

  await approve(id);
  await query(
    api.db,
    `update ops.runs set state = 'succeeded', finished_at = $2::timestamptz + interval '1 second' where id = $1`,
    [run?.id, taken],
  );
  api.site.clock.advance(5000);
  await approve(id, grace, { reason: 'Said once more after it had ended' });
  await lookAtPromotions(api.slipway);
  const view = await show(id);
  expect([stateOf(view, 'backup'), stateOf(view, 'approval')]).toEqual(['pass', 'pass']);
  expect(view).toMatchObject({ id, requestedBy: { who: 'ada' }, approvals: [{ who: 'grace' }] });
});

describe('nobody can promote', () => {
  const refusedBy = async (id: string, gate: string): Promise<string> => {
    const answer = await go(id);
    expect(answer).toContain('409 promotion-refused');
    expect(blocked(await show(id))).toContain(gate);
    expect(await query(api.db, `select id from ops.runs where kind = 'deploy-production'`)).toEqual([]);
    return answer;
  };

  test('without an approval', async () => {
    expect(await refusedBy((await ask()).id, 'approval')).toContain('approval (nobody has approved it)');
  });

  test('with an approval of their own, as the author', async () => {
    const { id } = await ask();

    expect(api.told(await approve(id, await api.person('mona', 'approve')))).toMatch(
      /^403 approval-own: mona may not approve promotion prom_\w+: they wrote \w{8} of it\.$/,
    );
    await refusedBy(id, 'approval');
  });

  test('with an approval of their own, as the one who asked, also with a second token', async () => {
    const both = await api.person('eve', 'promote', 'approve');
    const { id } = await ask(both);
    const second = { name: 'eve2', email: 'EVE@example.com', scopes: ['approve'] };
    const other = (await api.askAs('token', 'createToken', {}, second)).body.token;

    expect(api.told(await approve(id, both))).toContain('403 approval-own: eve may not approve');
    expect(api.told(await approve(id, other))).toContain('they asked for it themselves');
    await refusedBy(id, 'approval');
  });

  test('with an approval that nobody can be told by', async () => {
    const { id } = await ask();

    expect(api.told(await approve(id, 'token'))).toContain(
      '403 approval-anonymous: The token of operator names no person',
    );
  });

  test('with a yes that was meant for another commit', async () => {
    const { id } = await ask();

    expect(api.told(await approve(id, grace, { sha: shop.main }))).toContain('409 promotion-changed');
    await refusedBy(id, 'approval');
  });

  test('in a freeze', async () => {
    const { id } = await ask();
    await approve(id);
    const day = api.slipway.clock.now().toISOString().slice(0, 10);
    await api.configure(`{ freezes: [{ from: ${day}, until: ${day}, reason: Stocktaking }] }`);

    expect(await refusedBy(id, 'window')).toContain('Stocktaking');
  });

  test('over a branch that has diverged', async () => {
    await query(
      api.db,
      `update ops.projects set config = jsonb_set(config, '{stages,production,branch}', '"stable"') where id = 'shop'`,
    );
    const { id } = await ask();
    await approve(id);
    await shop.push('stable', { 'HOTFIX.md': 'Mended in production\n' }, 'A hotfix');

    expect(await refusedBy(id, 'branch')).toContain('stable has diverged');
  });

  test('an image that was built again', async () => {
    const { id, release } = await ask();
    await approve(id);
    api.site.world.images.set(release.image, `sha256:${'0'.repeat(64)}`);

    expect(await refusedBy(id, 'artifact')).toContain('was built again');
  });

  test('what staging does not run any more', async () => {
    const { id } = await ask();
    await approve(id);
    await api.prove();

    expect(await refusedBy(id, 'artifact')).toContain('by now');
  });

  test('on evidence that was altered', async () => {
    const { id } = await ask();
    await approve(id);
    const folder = api.slipway.evidenceFolder;
    const plan = (await readdir(folder, { recursive: true })).find((name) => name.endsWith('build/plan.txt')) ?? '';
    await appendFile(join(folder, plan), ' ');

    expect(await refusedBy(id, 'evidence')).toContain('build/plan.txt: the file was altered');
  });

  test('what nobody has looked at', async () => {
    await query(api.db, `delete from ops.steps where kind in ('check-repository', 'smoke-slot')`);
    const { id } = await ask();
    await approve(id);

    await refusedBy(id, 'guards');
    expect(blocked(await show(id))).toEqual(['guards', 'security', 'smoke']);
  });
});

describe('an emergency', () => {
  test('goes without an approval, and is written down with its reason', async () => {
    const { id, ...view } = await ask(ada, { emergency: 'Nobody can invoice' });
    expect(view).toMatchObject({ ready: true, emergency: { who: 'ada', reason: 'Nobody can invoice' } });
    await lets(id);

    const gone = await show(id);
    expect(gone.gates.filter((gate: { passedOver: boolean }) => gate.passedOver)).toMatchObject([{ gate: 'approval' }]);
    expect(await audited()).toEqual([
      { who: 'ada', what: 'promotion.emergency' },
      { who: 'ada', what: 'promotion.go' },
    ]);
  });

  test('is of one asking only', async () => {
    await ask(ada, { emergency: 'Nobody can invoice' });

    expect(await ask()).toMatchObject({ ready: false, emergency: null });
  });

  test('does not pass over a rebuilt image', async () => {
    const { id, release } = await ask(ada, { emergency: 'Nobody can invoice' });
    api.site.world.images.set(release.image, 'sha256:other');

    expect(await go(id)).toMatch(/promotion-refused.*artifact/);
  });

  test('is refused where slipway.yaml has no such way', async () => {
    await api.configure('{ emergency: [] }');

    expect(api.told(await api.askAs(ada, 'requestPromotion', at, { emergency: 'Nobody can invoice' }))).toContain(
      '409 emergency-off',
    );
  });
});

describe('a project', () => {
  test('that staging proved nothing of is told so', async () => {
    await query(api.db, `delete from ops.builds`);
    expect(api.told(await api.askAs(ada, 'requestPromotion', at, {}))).toContain('409 release-unknown');
    await setEnvironment(api.db, 'shop/staging', { liveSha: null });
    expect(api.told(await api.askAs(ada, 'requestPromotion', at, {}))).toContain('409 staging-empty');
  });

  test('from before there were promotions has the defaults', async () => {
    await query(api.db, `update ops.projects set config = config - 'promotion'`);

    expect(blocked(await ask())).toEqual(['approval']);
  });
});
