/** docs/how-to/recover-on-a-new-machine.md, typed: the command line against a server on a socket. */

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { productionSection } from '@slipway/contracts/production-config';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { runSlipway } from '../../packages/cli/src/testing/run-slipway.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { openStore } from '../../packages/server/src/flows/stored-snapshots.ts';
import { readManifest } from '../../packages/server/src/snapshot/repository.ts';
import {
  copier,
  never,
  openShop,
  type Shop as Production,
  storedName,
} from '../../packages/server/src/snapshot/testing-shop.contract.ts';
import { writeSnapshot } from '../../packages/server/src/snapshot/write-snapshot.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { openDataApi } from './data-site.ts';
import { makeShop, type Shop } from './make-slipway.ts';

type Api = Awaited<ReturnType<typeof openDataApi>>;
let shop: Shop;
let production: Production;
let folder: string;
beforeAll(async () => {
  shop = await makeShop();
  production = await openShop();
  folder = await mkdtemp(join(tmpdir(), 'slipway-recovery-'));
});
afterAll(async () => {
  await production?.close();
  await shop?.remove();
  await rm(folder, { recursive: true, force: true });
});

const install = async (): Promise<Api> => {
  const api = await openDataApi(inject('postgresUrl'), shop);
  await api.withStages({ store: { kind: 'folder', path: join(folder, 'store') } });
  return api;
};

const commandOf =
  (url: string) =>
  async (words: string, stdin = '') => {
    const argv = [...words.split(' '), '--project', 'shop', '--server', url, '--token', 'token'];
    return runSlipway(argv, { cwd: folder, stdin, now: () => new Date() });
  };

test('From the store, the key and slipway.yaml alone production is back, by the commands of the page', async () => {
  const old = await install();
  const slipwayOfOld = commandOf(await old.listen());
  const to = await openStore(old.plane.slipway, await projectByName(old.db, 'shop'));
  const { source: from, filestore } = production;
  const where = { project: 'shop', environment: 'shop/production', reason: 'schedule' } as const;
  const { summary } = await writeSnapshot({ ...where, copier, from, filestore, masking: null, to, signal: never });
  const key = (await slipwayOfOld('backup key')).stdout;
  await old.close();

  const fresh = await install();
  const slipway = commandOf(await fresh.listen());
  expect((await slipway('backup adopt --dry-run')).stdout).toMatch(/shut: .*another key(.|\n)*backup key --import/);
  const wrong = await slipway('backup key --import', `${'w'.repeat(32)}\n`);
  expect([wrong.code, wrong.stderr]).toEqual([6, expect.stringContaining('another key')]);
  const given = await slipway('backup key --import', key);
  expect([given.code, given.stdout]).toEqual([0, expect.stringContaining('opens 1 snapshot or backup in the store')]);
  expect(given.stdout + given.stderr).not.toContain(key.trim());
  expect((await slipway('backup adopt')).stdout).toContain('1 is in the list now.');
  expect((await slipway('backup list')).stdout).toContain(summary.id);
  expect((await slipway(`snapshot verify ${summary.id}`)).code).toBe(0);

  const place = join(folder, 'odoo', 'production');
  await mkdir(join(folder, 'odoo'));
  const { url } = await production.empty();
  const project = await projectByName(fresh.db, 'shop');
  const named = productionSection.parse({ filestore: place });
  const stages = { ...project.config.stages, production: named };
  await saveProject(fresh.db, { ...project, config: { ...project.config, stages } });
  const secret = { project: 'shop', stage: 'production', name: 'DATABASE_URL', value: new Secret(url.reveal()) };
  await fresh.secrets.set({ ...secret, by: 'me' });
  const asked = await slipway(`backup restore ${summary.id} --to production --confirm production --json`);
  expect(JSON.parse(asked.stdout)).toMatchObject({ kind: 'restore-production' });
  await fresh.plane.drain();
  expect(await production.digest({ url }, 'res_partner')).toEqual(await production.digest(from, 'res_partner'));
  expect(await readFile(join(place, storedName('a photo')), 'utf8')).toBe('a photo');
  await fresh.close();
});

test('Without Slipway: a download is restored by psql and cp', async () => {
  const api = await install();
  const slipway = commandOf(await api.listen());
  const to = await openStore(api.plane.slipway, await projectByName(api.db, 'shop'));
  const { source: from, filestore } = production;
  const where = { project: 'shop', environment: 'shop/production' } as const;
  const { summary } = await writeSnapshot({ ...where, copier, from, filestore, masking: null, to, signal: never });
  await slipway('backup adopt');

  const refused = await slipway(`snapshot download ${summary.id} --output rescue`);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('is a backup with real data')]);
  expect((await slipway(`snapshot download ${summary.id} --raw --output rescue`)).code).toBe(0);
  const { url } = await production.empty();
  const quiet = ['-X', '--quiet', '--set', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', url.reveal()];
  execFileSync('psql', [...quiet, '--file', join(folder, 'rescue', 'dump.sql')]);
  expect(await production.digest({ url }, 'mail_message')).toEqual(await production.digest(from, 'mail_message'));
  expect(await readFile(join(folder, 'rescue', 'filestore', storedName('a photo')), 'utf8')).toBe('a photo');

  // A part that is damaged breaks the download off, and nothing is left of it.
  const object = (await readManifest(to, summary.id)).files[0]?.object.id ?? '';
  await writeFile(join(folder, 'store', 'objects', object.slice(0, 2), object), 'SLW1 not what it was');
  const broken = await slipway(`snapshot download ${summary.id} --raw --output again`);
  expect([broken.code, broken.stderr]).toEqual([5, expect.stringContaining('the download broke off')]);
  await expect(readFile(join(folder, 'again', 'dump.sql'))).rejects.toThrow('ENOENT');
  await api.close();
});
