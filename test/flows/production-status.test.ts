/** What the source host is told of releases in production. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { tellWhatIsDue } from '../../packages/server/src/observe/send-feedback.ts';
import type { DeploymentStatus, SourceHost } from '../../packages/server/src/ports/source-host.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { saveStage } from '../../packages/server/src/store/stages.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

const [ONE, TWO] = ['a'.repeat(40), 'b'.repeat(40)];
let shop: Shop;
let site: Site;
let plane: ControlPlane;
let told: string[];
let away = false;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop?.remove());

const host: SourceHost = {
  kind: 'github',
  upsertComment: async () => '1',
  setStatus: async () => undefined,
  setDeployment: async (repository, { sha, environment, state, description, url }: DeploymentStatus) => {
    if (away) throw new Error('GitHub is away');
    told.push(`${repository} ${environment} ${sha.slice(0, 2)} ${state}: ${description} (${url})`);
  },
  mayWrite: async () => true,
};

beforeEach(async () => {
  [told, away] = [[], false];
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start({ sourceHost: host });
  await saveStage(plane.slipway.db, {
    ...{
      id: 'shop/production',
      project: 'shop',
      stage: 'production',
      name: 'production',
      branch: 'main',
      state: 'live',
    },
    ...{ database: 'odoo_production', role: 'odoo_production', host: 'production.localhost' },
    url: 'https://erp.example.com',
  });
});
afterEach(() => site?.remove());

const begin = (id: string, sha: string, state: string, kind = 'deploy-production') =>
  query(
    plane.slipway.db,
    `insert into ops.runs (id, project, environment, kind, sha, state, requested_by) values ($1, 'shop', 'shop/production', $4, $2, $3, 'ada')`,
    [id, sha, state, kind],
  );
const end = (id: string, state: string, failure: object | null = null) =>
  query(plane.slipway.db, 'update ops.runs set state = $2, failure = $3 where id = $1', [id, state, failure]);
const tell = async () => {
  told.length = 0;
  await tellWhatIsDue(plane.slipway, new AbortController().signal);
  return [...told];
};
const SHOP = 'Codertocat/Hello-World production';

test('Each release is told how it stands, and only news', async () => {
  await begin('run_1', ONE, 'queued');
  expect(await tell()).toEqual([`${SHOP} aa queued: Waits to go to production (https://erp.example.com)`]);
  expect(await tell()).toEqual([]);
  await end('run_1', 'succeeded');
  expect(await tell()).toEqual([`${SHOP} aa success: Live in production (https://erp.example.com)`]);

  await begin('run_2', TWO, 'queued');
  await end('run_2', 'failed', { code: 'odoo-not-ready', message: 'Odoo did not\nstart', hint: '', facts: {} });
  expect(await tell()).toEqual([
    `${SHOP} bb failure: Production stays as it was, deployment failed: Odoo did not start (https://erp.example.com)`,
  ]);
});

test('Going back makes the former release live again', async () => {
  await begin('run_1', ONE, 'succeeded');
  await begin('run_2', TWO, 'succeeded');
  expect(await tell()).toMatchObject([expect.stringContaining('aa success'), expect.stringContaining('bb success')]);
  // So fast that nobody was told on the way.
  await begin('run_3', ONE, 'succeeded', 'rollback-production');

  expect(await tell()).toEqual([`${SHOP} aa success: Live in production (https://erp.example.com)`]);
});

test('What could not be told is told when the source host is back', async () => {
  await begin('run_1', ONE, 'succeeded');
  away = true;
  expect(await tell()).toEqual([]);
  away = false;
  await query(plane.slipway.db, 'update ops.feedback set next_attempt_at = now()');

  expect(await tell()).toMatchObject([expect.stringContaining('aa success')]);
});
