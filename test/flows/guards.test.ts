/** What the guards say of a commit, on its way to whoever is told, to the evidence, and to what is deployed; by the guards themselves, in their process. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { runSlipway } from '../../packages/cli/src/testing/run-slipway.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openProcessChecks } from '../../packages/server/src/drivers/checks/process/index.ts';
import { runCommand } from '../../packages/server/src/drivers/shared/run-command.ts';
import { requestStagingDeploy } from '../../packages/server/src/flows/request-data.ts';
import { requestPreview } from '../../packages/server/src/flows/request-preview.ts';
import { ensureStage } from '../../packages/server/src/flows/stages.ts';
import { tellWhatIsDue } from '../../packages/server/src/observe/send-feedback.ts';
import type { CommitStatus, SourceHost } from '../../packages/server/src/ports/source-host.ts';
import { environment, setEnvironment } from '../../packages/server/src/store/environments.ts';
import { guardsOf } from '../../packages/server/src/store/guard-results.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { journalOf, preview } from './look.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

const VIEW = 'addons/shop_order/views/shop_order_views.xml';
const BROKEN = { [VIEW]: '<odoo>\n  <data>\n</odoo>\n' };
const SECRET = ['ghp', '_wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('');
const PLANTED = { 'deploy.sh': `#!/bin/sh\nT=${SECRET}\n` };

let shop: Shop;
let site: Site;
let plane: ControlPlane;
let comments: string[];
let told: CommitStatus[];
const checks = openProcessChecks();
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop.remove());

const host: SourceHost = {
  kind: 'github',
  upsertComment: async ({ body }) => {
    comments.push(body);
    return '1';
  },
  setStatus: async (_, status) => void told.push(status),
  mayWrite: async () => true,
  setDeployment: async () => undefined,
};

beforeEach(async () => {
  [comments, told] = [[], []];
  site = await makeSite(inject('postgresUrl'), shop, () => ({ drivers: { checks }, ports: {} }));
  plane = await site.start({ sourceHost: host });
});
afterEach(async () => {
  checks.stop();
  await site.remove();
});

const open = async (ref: string, base = 'main'): Promise<string> => {
  const asked = { project: 'shop', number: 1, ref, base, branch: 'feature', title: null, author: 'mona', fork: false };
  const run = await requestPreview(plane.slipway, { ...asked, fresh: false, requestedBy: 'mona', headUpdatedAt: null });
  await plane.drain();
  return run;
};
const tell = () => tellWhatIsDue(plane.slipway, new AbortController().signal);
const today = (): string => site.clock.now().toISOString().slice(0, 10);
const slipwayYaml = (more: string): string =>
  `version: 1\nname: shop\nodoo:\n  series: '19.0'\n  addons: [addons]\nstages:\n  preview:\n    demo: false\n  production: {}\n  staging:\n    branch: release\n${more}`;

/** What is kept of a run under this name. */
const kept = async (run: string, name: string): Promise<string> => {
  const { db, evidenceFolder } = plane.slipway;
  const [row] = await query<{ path: string }>(db, 'select path from ops.artifacts where run = $1 and path like $2', [
    run,
    `%/${name}`,
  ]);
  return readFile(join(evidenceFolder, row?.path ?? 'none'), 'utf8');
};

/** `slipway guard --json` in a clone of the commit. */
const guardHere = async (sha: string): Promise<unknown> => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-clone-'));
  try {
    await runCommand('git', ['clone', '--quiet', shop.folder, folder]);
    await runCommand('git', ['checkout', '--quiet', sha], { cwd: folder });
    const { stdout } = await runSlipway(['guard', '--json'], {
      cwd: folder,
      variables: { PATH: process.env['PATH'] ?? '' },
      now: () => site.clock.now(),
    });
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

test('What is wrong with a pull request is told beside its preview, and is what `slipway guard` says', async () => {
  await shop.push('planted', PLANTED);
  const sha = await shop.push('planted', {
    // Committed before it was ignored: in every clone, and in the image.
    '.gitignore': 'deploy.sh\n',
    'slipway.yaml': slipwayYaml(
      `guards:\n  suppressions:\n    - { rule: manifests/*, path: addons/shop_extra/**, reason: 'to be mended', until: 2099-01-01 }\n`,
    ),
    'addons/shop_extra/__init__.py': '',
    'addons/shop_extra/__manifest__.py':
      '{"name": "Extra", "version": "19.0.1.0.0", "license": "LGPL-3", "depends": ["shop_order"], "data": ["gone.xml"]}\n',
  });
  const run = await open(sha);

  expect(await preview(plane)).toMatchObject({ state: 'live', liveSha: sha });
  expect((await journalOf(plane, run)).slice(-1)).toEqual(['check-repository done']);
  const report = JSON.parse(await kept(run, 'guards/report.json')) as { suppressed: unknown[] };
  expect(report).toEqual(await guardHere(sha));
  expect(report.suppressed.length).toBeGreaterThan(0);
  expect(await kept(run, 'guards/report.txt')).toContain('deploy.sh:2:');
  await tell();
  expect(comments.at(-1)).toMatch(/^\*\*Guards: 1 error, 1 warning\*\* · `deploy\.sh:2` /m);
  expect(`${comments.at(-1)}${JSON.stringify(report)}`).not.toContain(SECRET);
  expect(told.at(-1)).toMatchObject({ state: 'success' });
  expect(await guardsOf(plane.slipway.db, 'shop', sha)).toMatchObject({ errors: 1, warnings: 1 });
  expect(await guardsOf(plane.slipway.db, 'shop', shop.main)).toBeNull();
});

test('Where the target branch lets errors block, a pull request is not built, whatever it says itself', async () => {
  await shop.push('strict', { 'slipway.yaml': slipwayYaml('guards: { previews: block }\n') });
  const sha = await shop.push('lax', { ...PLANTED, 'slipway.yaml': slipwayYaml('guards: { previews: report }\n') });
  const run = await open(sha, 'strict');

  expect(await preview(plane)).toMatchObject({ state: 'failed', failure: { code: 'guards-failed' } });
  expect((await journalOf(plane, run))[0]).toBe('check-repository failed');
  expect([...site.world.containers.keys(), ...site.world.databases.keys(), ...site.world.images.keys()]).toEqual([]);
  expect(await kept(run, 'guards/report.txt')).toContain('deploy.sh:2:');
  await tell();
  expect(comments.at(-1)).toContain('failed at step `check-repository`');
  expect(comments.at(-1)).toContain('deploy.sh:2');
  expect(told.at(-1)).toMatchObject({ state: 'failure' });
  expect(await guardsOf(plane.slipway.db, 'shop', sha)).toMatchObject({ errors: 1 });
});

test('A clean commit is built where errors block, and serves', async () => {
  await shop.push('strict', { 'slipway.yaml': slipwayYaml('guards: { previews: block }\n') });
  const sha = await shop.push('clean', { 'README.md': 'Hello\n' });
  const run = await open(sha, 'strict');

  expect(await preview(plane)).toMatchObject({ state: 'live', liveSha: sha });
  expect((await journalOf(plane, run)).filter((line) => line.includes('check'))).toEqual(['check-repository done']);
  await tell();
  expect(comments.at(-1)).toContain('\n**Guards: nothing found**\n');
});

/** Staging serves `sha` with data, as after a refresh. */
const staged = async (sha: string): Promise<void> => {
  const { db, ports } = plane.slipway;
  const parsed = parseProjectConfig(slipwayYaml(''));
  if (!parsed.ok) throw new Error('the test has a wrong slipway.yaml');
  const source = { ...parsed.config.source, github: 'Codertocat/Hello-World' };
  const project = await projectByName(db, 'shop');
  await saveProject(db, { ...project, config: { ...parsed.config, source }, source });
  const id = await ensureStage(plane.slipway, db, await projectByName(db, 'shop'), 'staging');
  await ports.databases.ensureRole('odoo_staging', new Secret('p'), id);
  await ports.databases.create('odoo_staging', 'odoo_staging', id);
  site.world.databases.get('odoo_staging')?.modules.set('base', 'installed').set('shop_order', 'installed');
  await ports.filestores.ensure(id);
  const installed = { shop_order: { hash: '', version: null, files: {} } };
  const serving = { state: 'live', liveSlot: 'blue', image: 'slipway/shop:old' } as const;
  await setEnvironment(db, id, { ...serving, installed, headSha: sha, liveSha: sha });
};

const deploy = async (files: Readonly<Record<string, string | null>>): Promise<string> => {
  const sha = await shop.push('release', files);
  await requestStagingDeploy(plane.slipway, { project: 'shop', requestedBy: 'mona' });
  await plane.drain();
  return sha;
};
const staging = () => environment(plane.slipway.db, 'shop/staging');

test('An error keeps a push from staging, which goes on as it was; mended, accepted or only told, it is deployed', async () => {
  const first = await shop.push('release', { 'slipway.yaml': slipwayYaml('') });
  await staged(first);
  const broken = await deploy(BROKEN);

  expect(await staging()).toMatchObject({ state: 'live', liveSha: first, failure: { code: 'guards-failed' } });
  expect(site.world.images.size).toBe(0);
  await tell();
  expect(told.find(({ sha }) => sha === broken)).toMatchObject({
    state: 'failure',
    description: expect.stringMatching(/^Not deployed to staging, which stays as it was: The guards found 1 error/),
  });

  const until = today();
  const accepting = `guards:\n  suppressions:\n    - { rule: manifests/*, path: '${VIEW}', reason: 'to be mended', until: ${until} }\n`;
  const accepted = await deploy({ 'slipway.yaml': slipwayYaml(accepting) });
  expect(await staging()).toMatchObject({ liveSha: accepted, failure: null });

  site.clock.advance(86_400_000);
  await deploy({ 'README.md': 'A day later\n' });
  expect(await staging()).toMatchObject({ liveSha: accepted, failure: { code: 'guards-failed' } });

  const reported = await deploy({ 'slipway.yaml': slipwayYaml('guards: { staging: report }\n') });
  expect(await staging()).toMatchObject({ liveSha: reported, failure: null });
  expect(await guardsOf(plane.slipway.db, 'shop', reported)).toMatchObject({ errors: 1 });
}, 120_000);
