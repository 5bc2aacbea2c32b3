/** What GitHub sends for a push, and what becomes of staging. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { handleEvent } from '../../packages/server/src/flows/handle-event.ts';
import { requestStagingDeploy } from '../../packages/server/src/flows/request-data.ts';
import { ensureStage } from '../../packages/server/src/flows/stages.ts';
import { processDelivery } from '../../packages/server/src/intake/github/process-delivery.ts';
import { tellWhatIsDue } from '../../packages/server/src/observe/send-feedback.ts';
import type { CommitStatus, SourceHost } from '../../packages/server/src/ports/source-host.ts';
import { environment, setEnvironment } from '../../packages/server/src/store/environments.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { smokeOf } from '../../packages/server/src/store/smoke.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/github/webhooks');
const STAGED = `version: 1
name: shop
source: { github: Codertocat/Hello-World }
odoo: { series: '19.0', addons: [addons] }
stages: { production: {}, staging: { branch: release } }
`;

let shop: Shop;
let site: Site;
let plane: ControlPlane;
let told: CommitStatus[];
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop.remove());

const host: SourceHost = {
  kind: 'github',
  upsertComment: async () => '1',
  setStatus: async (_, status) => void told.push(status),
  setDeployment: async () => undefined,
  mayWrite: async () => true,
};

beforeEach(async () => {
  told = [];
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start({ sourceHost: host });
});
afterEach(() => site.remove());

/** Recorded by GitHub; branch and commit are those of our repository. */
const push = async (sha: string, changed: { ref?: string; deleted?: boolean; message?: string } = {}) => {
  const payload = JSON.parse(await readFile(join(FIXTURES, 'push/1.payload.json'), 'utf8')) as object;
  const { ref = 'refs/heads/release', deleted = false, message = 'A change' } = changed;
  const body = { ...payload, ref, deleted, after: deleted ? '0'.repeat(40) : sha, head_commit: { id: sha, message } };
  const event = processDelivery({ event: 'push', body: Buffer.from(JSON.stringify(body)) });
  return event.kind === 'ignored' ? event.reason : handleEvent(plane.slipway, event);
};

/** Staging is named, and serves `sha` with data, as after a refresh. */
const staged = async (sha: string): Promise<void> => {
  const { db } = plane.slipway;
  const parsed = parseProjectConfig(STAGED);
  if (!parsed.ok) throw new Error('the test has a wrong slipway.yaml');
  await saveProject(db, { ...(await projectByName(db, 'shop')), config: parsed.config, source: parsed.config.source });
  const id = await ensureStage(plane.slipway, db, await projectByName(db, 'shop'), 'staging');
  const { ports } = plane.slipway;
  await ports.databases.ensureRole('odoo_staging', new Secret('p'), id);
  await ports.databases.create('odoo_staging', 'odoo_staging', id);
  site.world.databases.get('odoo_staging')?.modules.set('base', 'installed').set('shop_order', 'installed');
  await ports.filestores.ensure(id);
  const installed = { shop_order: { hash: '', version: null, files: {} } };
  const serving = { state: 'live', liveSlot: 'blue', image: 'slipway/shop:old' } as const;
  await setEnvironment(db, id, { ...serving, installed, headSha: sha, liveSha: sha });
};

const runs = () =>
  query<{ kind: string; state: string; sha: string }>(
    plane.slipway.db,
    'select kind, state, sha from ops.runs order by sequence',
  );
const tell = () => tellWhatIsDue(plane.slipway, new AbortController().signal);

test('A push to the branch of staging deploys it, and the commit is told so', async () => {
  const first = await shop.push('release', { 'README.md': 'One\n' });
  await staged(first);
  const second = await shop.push('release', { 'README.md': 'Two\n' });

  expect(await push(second)).toBe(`deploying staging: new commit ${second.slice(0, 8)} on release`);
  await tell();
  expect(told).toMatchObject([{ sha: second, context: 'slipway/staging', state: 'pending' }]);
  await plane.drain();

  expect(await environment(plane.slipway.db, 'shop/staging')).toMatchObject({
    state: 'live',
    liveSha: second,
    failure: null,
  });
  await tell();
  await tell();
  expect(told.slice(1)).toEqual([
    {
      sha: second,
      context: 'slipway/staging',
      state: 'success',
      description: expect.stringMatching(/^Deployed to staging/),
      url: 'http://staging.localhost',
    },
  ]);
  expect(await query(plane.slipway.db, 'select requested_by as "by" from ops.runs')).toEqual([{ by: 'Codertocat' }]);
});

test('The tests of what changed run on a copy of the data, and a red one is told', async () => {
  await staged(await shop.push('release', { 'README.md': 'Fourteen\n' }));
  site.world.mood = (job) => (job === 'update' ? 'test-fails' : 'clean');
  const sha = await shop.push('release', { 'addons/shop_order/models/more.py': 'MORE = 1\n' });
  await push(sha);
  await plane.drain();
  await tell();

  expect(await environment(plane.slipway.db, 'shop/staging')).toMatchObject({ liveSha: sha, verdict: 'red' });
  expect(told).toMatchObject([{ sha, state: 'failure', description: 'Deployed to staging: red' }]);
});

test('A push that comes twice, or late, deploys nothing more', async () => {
  const first = await shop.push('release', { 'README.md': 'Three\n' });
  await staged(first);
  const second = await shop.push('release', { 'README.md': 'Four\n' });
  const outcomes = [await push(second), await push(second), await push(first)];

  expect(outcomes).toEqual([
    expect.stringMatching(/^deploying/),
    `ignored: staging is at ${second.slice(0, 8)}, or on its way there`,
    `ignored: staging is at ${second.slice(0, 8)}, or on its way there`,
  ]);
  expect(await runs()).toMatchObject([{ kind: 'deploy-staging', sha: second }]);
});

test('A newer commit takes the place of one that waits, which is told so; nothing else in the queue goes', async () => {
  await staged(await shop.push('release', { 'README.md': 'Five\n' }));
  const older = await shop.push('release', { 'README.md': 'Six\n' });
  await push(older);
  await requestStagingDeploy(plane.slipway, { project: 'shop', requestedBy: 'me' });
  const refresh = `insert into ops.runs (id, organisation, project, environment, kind, requested_by)
    select 'run_refresh', organisation, project, id, 'refresh-staging', 'me' from ops.environments where id = 'shop/staging'`;
  await query(plane.slipway.db, refresh);
  const newer = await shop.push('release', { 'README.md': 'Seven\n' });
  await push(newer);

  expect(await runs()).toEqual([
    { kind: 'deploy-staging', state: 'superseded', sha: older },
    { kind: 'deploy-staging', state: 'superseded', sha: older },
    { kind: 'refresh-staging', state: 'queued', sha: null },
    { kind: 'deploy-staging', state: 'queued', sha: newer },
  ]);
  await tell();
  expect(told.map(({ sha, state }) => [sha, state])).toEqual([
    [newer, 'pending'],
    [older, 'error'],
  ]);
});

test('A deployment that runs is not broken off by a newer commit, which waits for it', async () => {
  await staged(await shop.push('release', { 'README.md': 'Eight\n' }));
  const older = await shop.push('release', { 'README.md': 'Nine\n' });
  await push(older);
  await query(plane.slipway.db, `update ops.runs set state = 'running', lease_until = now() + interval '1 hour'`);
  await push(await shop.push('release', { 'README.md': 'Ten\n' }));

  expect(await runs()).toMatchObject([{ state: 'running' }, { state: 'queued' }]);
  expect(await query(plane.slipway.db, 'select id from ops.runs where cancel_requested')).toEqual([]);
});

test('A commit that does not deploy is told why, and the former one stays', async () => {
  const first = await shop.push('release', { 'README.md': 'Eleven\n' });
  await staged(first);
  site.world.mood = (job) => (job === 'update' ? 'install-fails' : 'clean');
  const broken = await shop.push('release', { 'addons/shop_order/models/broken.py': 'import nothing\n' });
  await push(broken);
  await plane.drain();
  await tell();

  expect(await environment(plane.slipway.db, 'shop/staging')).toMatchObject({ state: 'live', liveSha: first });
  expect(told).toMatchObject([{ sha: broken, state: 'failure' }]);
  expect(told[0]?.description).toMatch(/^Not deployed to staging, which stays as it was: /);
});

test('A commit that fails its smoke test is not sent to anybody, and a promotion can ask what failed', async () => {
  const { db } = plane.slipway;
  const first = await shop.push('release', { 'README.md': 'Fifteen\n' });
  await staged(first);
  site.world.answers.set('/', 500).set('/web/database/list', 500);
  const broken = await shop.push('release', { 'README.md': 'Sixteen\n' });
  await push(broken);
  await plane.drain();
  await tell();

  expect(await environment(db, 'shop/staging')).toMatchObject({ state: 'live', liveSha: first, liveSlot: 'blue' });
  expect(told[0]?.description).toMatch(
    /^Not deployed to staging, which stays as it was: .*main-page \(\/ answers 500\)/,
  );
  const [run] = await query<{ id: string; failure: { code: string } }>(db, 'select id, failure from ops.runs');
  expect(run?.failure.code).toBe('smoke-failed');
  const kept = await query(db, "select path from ops.artifacts where run = $1 and path like '%/smoke/%'", [run?.id]);
  expect(kept).toEqual([{ path: expect.stringMatching(/\/smoke\/report\.json$/) }]);
  expect(await smokeOf(db, 'shop/staging', broken)).toEqual({
    failed: ['main-page', 'database-selector'],
    at: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(await smokeOf(db, 'shop/staging', first)).toBeNull();

  site.world.answers.clear();
  await requestStagingDeploy(plane.slipway, { project: 'shop', requestedBy: 'me' });
  await plane.drain();
  expect(await environment(db, 'shop/staging')).toMatchObject({ liveSha: broken });
  expect(await smokeOf(db, 'shop/staging', broken)).toMatchObject({ failed: [] });
  expect(await smokeOf(db, 'shop/production', broken)).toBeNull();
});

test('Every "no" says why', async () => {
  const first = await shop.push('release', { 'README.md': 'Twelve\n' });
  expect(await push(first)).toBe('ignored: GitHub tells of pull requests by itself');
  await staged(first);
  expect(await push(first, { ref: 'refs/heads/main' })).toBe('ignored: GitHub tells of pull requests by itself');
  expect(await push(first, { ref: 'refs/tags/v1' })).toBe('the push is not to a branch');
  expect(await push(first, { deleted: true })).toBe('ignored: branch release was deleted; staging stays as it is');
  const next = await shop.push('release', { 'README.md': 'Thirteen\n' });
  expect(await push(next, { message: 'Docs [skip ci]' })).toBe('ignored: [skip ci] in the commit message');
  await setEnvironment(plane.slipway.db, 'shop/staging', { liveSlot: null });
  expect(await push(next)).toBe('ignored: staging has no data yet; its first refresh brings the newest commit');
  expect(await runs()).toEqual([]);
});
