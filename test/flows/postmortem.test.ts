/** A deployment that failed, and the account of it that lies ready for people. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { verifyEvidence } from '../../packages/server/src/evidence/verify.ts';
import { postmortemOf } from '../../packages/server/src/flows/draft-postmortem.ts';
import { requestStagingDeploy } from '../../packages/server/src/flows/request-data.ts';
import { requestPreview } from '../../packages/server/src/flows/request-preview.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';
import { serveStaging, takeStages } from './served-staging.ts';

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
  await takeStages(plane);
});
afterEach(() => site.remove());

const deploy = async (): Promise<string> => {
  const run = await requestStagingDeploy(plane.slipway, { project: 'shop', requestedBy: 'ada' });
  await plane.drain();
  return run;
};

test('A deployment that fails leaves an account with its evidence: timeline, commits, impact, log', async () => {
  const before = await shop.push('release', { 'README.md': 'One\n' });
  await serveStaging(site, plane, before);
  const sha = await shop.push(
    'release',
    { 'addons/shop_order/models/broken.py': 'import nothing\nx = 1\n' },
    'Break it | <b>now</b> @mona',
  );
  site.world.mood = (job) => (job === 'update' ? 'install-fails' : 'clean');

  const run = await deploy();
  const { name, evidence, markdown } = await postmortemOf(plane.slipway, run);

  expect(evidence).toMatch(/\/postmortem\.md$/);
  expect(name).toMatch(/^\d{8}-staging-odoo-install-failed-[a-z0-9]{1,6}\.md$/);
  expect(markdown).toContain('# deploy-staging of shop/staging failed');
  expect(markdown).toContain(`Commit: \`${sha}\``);
  expect(markdown).toContain('Asked for by ada');
  expect(markdown).toMatch(/Failed at step `update-modules` with `odoo-install-failed`/);
  expect(markdown).toContain('No step kept requests back');
  expect(markdown).toContain(`The former version serves: \`${before}\``);
  expect(markdown).toMatch(/\| `update-modules` \| [\d.]+ s \| failed: /);
  expect(markdown).toContain('1 commits, 1 files, 2 lines added, 0 removed.');
  expect(markdown).toContain('| `addons/shop_order/models/broken.py` | 2 | 0 |');
  expect(markdown).not.toMatch(/<b>|@mona/);
  expect(markdown).toContain(`slipway evidence bundle ${run}`);
  expect(markdown).toMatch(/- `\S+\/build\/plan\.txt`/);
  const { db, evidenceFolder: folder, evidenceSigning: signing } = plane.slipway;
  expect(await verifyEvidence({ db, folder, signing })).toMatchObject({ ok: true });
});

test('Where the commits are not to be had the account is written all the same', async () => {
  await serveStaging(site, plane, 'c'.repeat(40));
  await shop.push('release', { 'addons/shop_order/models/other.py': 'import nothing\n' });
  site.world.mood = (job) => (job === 'update' ? 'install-fails' : 'clean');

  const { markdown } = await postmortemOf(plane.slipway, await deploy());

  expect(markdown).toContain('the commits are not here to compare');
});

test('Of a preview that failed it is made when asked for, and of a run that did not fail there is none', async () => {
  const about = { base: null, title: null, author: null, fork: false, headUpdatedAt: null };
  const wish = { project: 'shop', number: 3, ref: 'main', branch: null, fresh: false, requestedBy: 'ada', ...about };
  site.world.mood = () => 'install-fails';
  const run = await requestPreview(plane.slipway, wish);
  await plane.drain();

  const made = await postmortemOf(plane.slipway, run);
  expect(made.evidence).toBeNull();
  expect(made.markdown).toContain('What serves now was not known');

  site.world.mood = () => 'clean';
  await serveStaging(site, plane, await shop.push('release', { 'README.md': 'Two\n' }));
  await shop.push('release', { 'README.md': 'Three\n' });
  await expect(postmortemOf(plane.slipway, await deploy())).rejects.toMatchObject({ code: 'postmortem-none' });
  await expect(postmortemOf(plane.slipway, 'run_x')).rejects.toMatchObject({ code: 'run-unknown' });
});
