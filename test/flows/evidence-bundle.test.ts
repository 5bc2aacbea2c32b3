/** The evidence of a run that really ran, as a bundle: over the API, by the command line, and looked at with other programs than ours. */
import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleSummary } from '@slipway/contracts/bundle-views';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { runSlipway } from '../../packages/cli/src/testing/run-slipway.ts';
import { openDataApi } from './data-site.ts';
import { makeShop, type Shop } from './make-slipway.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop.remove());

let api: Awaited<ReturnType<typeof openDataApi>>;
let folder: string;
let run: string;
let url: string;
beforeEach(async () => {
  api = await openDataApi(inject('postgresUrl'), shop);
  folder = await mkdtemp(join(tmpdir(), 'slipway-bundle-'));
  url = await api.listen();
  run = (await api.ask('POST', '/projects/shop/previews', { number: 3, ref: 'main' })).body.run;
  await api.plane.drain();
});
afterEach(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

const evidence = async (words: string, options: { server?: boolean; data?: string } = {}) => {
  const server = options.server ? ['--server', url, '--token', 'token'] : [];
  const data = options.data === undefined ? [] : ['--data', options.data];
  return runSlipway(['evidence', ...words.split(' '), ...server, ...data], { cwd: folder, now: () => new Date() });
};
const unzip = (...words: string[]): Buffer =>
  execFileSync('python3', ['-m', 'zipfile', ...words], { cwd: folder, maxBuffer: 2 ** 26 });

test('One command writes it, another checks it offline, and OpenSSL and Python agree', async () => {
  const written = await evidence(`bundle ${run} --out release.zip`, { server: true });
  expect([written.code, written.stderr]).toEqual([0, '']);
  expect(await readdir(folder)).toEqual(['release.zip']);
  await writeFile(join(folder, 'slipway.pem'), api.plane.slipway.evidenceSigning.key.publicKey);

  const verdict = await evidence('verify release.zip --key slipway.pem');
  expect([verdict.code, verdict.stdout]).toEqual([
    0,
    expect.stringMatching(/every byte is as it was written(.|\n)*the key that you gave/),
  ]);
  const own = await evidence('verify release.zip', { data: api.site.data });
  expect([own.code, own.stdout]).toEqual([0, expect.stringContaining("the key of this machine's Slipway")]);
  const alone = await evidence('verify release.zip');
  expect([alone.code, alone.stdout]).toEqual([0, expect.stringContaining('the signature proves only itself')]);

  unzip('-e', 'release.zip', 'out');
  const verify = 'pkeyutl -verify -pubin -inkey slipway.pem -rawin -in out/manifest.json -sigfile out/manifest.sig';
  expect(execFileSync('openssl', verify.split(' '), { cwd: folder }).toString()).toContain('Successfully');
  const summary = bundleSummary.parse(JSON.parse(await readFile(join(folder, 'out/summary.json'), 'utf8')));
  expect(summary).toMatchObject({
    run: { id: run, deployment: run, kind: 'open-preview', state: 'succeeded', outcome: 'succeeded', stage: 'preview' },
    release: { sha: shop.main, tests: 'green' },
    ...{ gates: null, approvals: null, rehearsal: null, backup: null, invariants: null, rollback: null, restsOn: [] },
  });
  expect(summary.release.image).not.toBeNull();
  expect(summary.steps.map(({ name }) => name)).toContain('clone-database');
  expect(await readFile(join(folder, 'out/summary.html'), 'utf8')).toContain('not part of this release');
});

test('The same run gives the same bytes, and an altered copy is named', async () => {
  await evidence(`bundle ${run} --out one.zip`, { server: true });
  await evidence(`bundle ${run} --out two.zip`, { server: true });
  const [one, two] = [await readFile(join(folder, 'one.zip')), await readFile(join(folder, 'two.zip'))];
  expect(one.equals(two)).toBe(true);

  const place = one.indexOf('<!doctype html>') + 40;
  one[place] = (one[place] ?? 0) ^ 1;
  await writeFile(join(folder, 'one.zip'), one);
  const { code, stdout } = await evidence('verify one.zip --json', { data: api.site.data });
  expect([code, JSON.parse(stdout).ok]).toEqual([1, false]);
  expect(stdout).toContain('summary.html');
});

test('What does not hold is not signed anew, and what is not over has no bundle', async () => {
  const ask = async (id: string) => {
    const { status, body } = await api.ask('GET', `/evidence/${id}/bundle`);
    return `${status} ${body.code}: ${body.title}`;
  };
  const waiting = (await api.ask('POST', '/projects/shop/previews/3/rebuild', {})).body.run;
  expect(await ask(waiting)).toBe(`409 evidence-unsealed: The evidence of run ${waiting} is not sealed: it is queued.`);
  expect(await ask('run_x')).toContain('404 run-unknown');

  const { body } = await api.ask('GET', `/evidence/${run}`);
  const plan = body.artifacts.find(({ path }: { path: string }) => path.endsWith('plan.txt')).path;
  await appendFile(join(api.plane.slipway.evidenceFolder, plan), ' ');
  expect(await ask(run)).toBe(
    `409 evidence-altered: Evidence was changed after it was written: ${plan} (another SHA-256).`,
  );
});
