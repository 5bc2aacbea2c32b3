import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DescriptionView } from '@slipway/contracts/description-views';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startContractServer } from '../testing/contract-server.ts';
import { runSlipway } from '../testing/run-slipway.ts';

const MENUS = {
  path: 'docs/runtime/menus.prod.csv',
  text: 'menu,id\nSales,sale.menu\n',
  size: 24,
  sha256: 'a'.repeat(64),
};
const described: DescriptionView = {
  ...{ environment: 'shop/production', sha: 'b'.repeat(40), takenAt: '2026-03-01T10:00:00.000Z' },
  ...{ files: [MENUS], missing: [] },
};

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'describe-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const describeIt = async (answer: DescriptionView, ...words: readonly string[]) => {
  await using server = await startContractServer({ describeProduction: () => answer });
  // Awaited here: the server goes when this ends.
  return await runSlipway(['production', 'describe', '--project', 'shop', ...words], { server, cwd });
};

test('what production consists of is written once, and is up to date afterwards', async () => {
  const missing = await describeIt(described, '--check');
  expect([missing.code, missing.stdout]).toEqual([8, expect.stringContaining('menus.prod.csv: is missing')]);
  expect(await readdir(cwd)).toEqual([]);

  expect((await describeIt(described)).code).toBe(0);
  expect(await readFile(join(cwd, MENUS.path), 'utf8')).toBe(MENUS.text);
  expect((await describeIt(described, '--check')).code).toBe(0);
});

test('what could not be asked is said, and the rest is written', async () => {
  const { code, stdout } = await describeIt({ ...described, missing: ['pages: nobody answers'] });
  expect([code, stdout]).toEqual([expect.any(Number), expect.stringContaining('pages: nobody answers')]);
  expect(code).not.toBe(0);
  expect(await readFile(join(cwd, MENUS.path), 'utf8')).toBe(MENUS.text);
});

test('a server cannot have a file written outside the folder', async () => {
  const { code, stderr } = await describeIt({ ...described, files: [{ ...MENUS, path: '../../outside.csv' }] });
  expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('nothing was written there')]);
  expect(code).not.toBe(0);
});
