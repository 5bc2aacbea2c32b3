import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SHOP } from '@slipway/guards/testing/shop';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openProcessChecks } from './index.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'slipway-checks-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const repository = async (name: string, files: Readonly<Record<string, string | Buffer>>): Promise<string> => {
  const folder = join(root, name);
  for (const [path, content] of Object.entries({ ...SHOP, ...files })) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
};
const asked = (folder: string, environment = 'shop/pr-1') => ({ environment, folder, today: '2026-11-21' });
const never = new AbortController().signal;

/** Pids of the guards that look at this folder. */
const lookingAt = async (folder: string): Promise<string[]> => {
  const found = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid) => {
        const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
        return words.includes(folder) && words.includes('timeout') ? [pid] : [];
      }),
  );
  return found.flat();
};
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + 20_000;
  while (!(await holds()) && performance.now() < end) await sleep(20);
};

const checks = openProcessChecks();
afterEach(() => checks.stop());

test('A fault is found at its line; what is clean is clean', { timeout: 60_000 }, async () => {
  const clean = await repository('clean', {});
  const faulty = await repository('faulty', {
    'addons/shop/models/bad.xml': '<odoo>',
    'addons/shop/views/shop.xml': '<odoo>\n  <data>\n</odoo>\n',
  });

  expect((await checks.report(asked(clean), never)).summary).toMatchObject({ errors: 0, warnings: 0, first: [] });
  const { summary, json, text } = await checks.report(asked(faulty), never);
  expect(summary.errors).toBe(1);
  expect(summary.first[0]).toMatchObject({ severity: 'error', file: 'addons/shop/views/shop.xml', line: 3 });
  expect(JSON.parse(json)).toMatchObject({ ok: false, findings: [{ line: 3 }] });
  expect(text).toMatch(/^addons\/shop\/views\/shop\.xml:3:/);
});

test('What is expected runs below everything else, and is what is then asked for', { timeout: 60_000 }, async () => {
  const folder = await repository('expected', {});
  checks.expect(asked(folder));
  checks.expect(asked(folder));
  // For a moment, between being begun and becoming the program, there are two of the same name.
  await until(async () => (await lookingAt(folder)).length === 1);
  const pids = await lookingAt(folder);
  // The nineteenth field; the second is the program's name in brackets.
  const fields = (await readFile(`/proc/${pids[0]}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
  expect(fields[16]).toBe('19');
  const report = checks.report(asked(folder), never);
  expect(await lookingAt(folder)).toEqual(pids);
  expect((await report).summary.errors).toBe(0);
});

test('Where others have all of the processor, it is begun anew once somebody waits', { timeout: 60_000 }, async () => {
  const folder = await repository('starved', {});
  checks.expect(asked(folder));
  await until(async () => (await lookingAt(folder)).length > 0);
  const [pid] = await lookingAt(folder);
  // As it is when nothing is left for it: it stands still.
  process.kill(-Number(pid), 'SIGSTOP');

  expect((await checks.report(asked(folder), never)).summary).toMatchObject({ unfinished: null, errors: 0 });
  await until(async () => (await lookingAt(folder)).length === 0);
  expect(await lookingAt(folder)).toEqual([]);
});

test('A newer commit of the same environment ends the work on the former one', { timeout: 60_000 }, async () => {
  const [former, newer] = [await repository('former', {}), await repository('newer', {})];
  checks.expect(asked(former));
  await until(async () => (await lookingAt(former)).length > 0);
  checks.expect(asked(newer));
  await until(async () => (await lookingAt(former)).length === 0);

  expect(await lookingAt(former)).toEqual([]);
  expect((await checks.report(asked(newer), never)).summary.errors).toBe(0);
});

test('Whoever stops waiting ends the work', { timeout: 60_000 }, async () => {
  const folder = await repository('aborted', {});
  const stop = new AbortController();
  const report = checks.report(asked(folder), stop.signal);
  await until(async () => (await lookingAt(folder)).length > 0);
  stop.abort();

  await expect(report).rejects.toMatchObject({ reason: 'aborted' });
  expect(await lookingAt(folder)).toEqual([]);
});

test('A repository that takes too long is given up, and nothing of it goes on', { timeout: 60_000 }, async () => {
  const folder = await repository('slow', {});
  const hasty = openProcessChecks({ seconds: 0.05, megabytes: 256 });

  await expect(hasty.report(asked(folder), never)).rejects.toMatchObject({
    code: 'check-unfinished',
    facts: { sha: 'slow', reason: 'it took longer than 0.05 s' },
  });
  expect(await lookingAt(folder)).toEqual([]);
});

test('One that takes too much memory ends alone, and it is said so', { timeout: 60_000 }, async () => {
  const folder = await repository('large', {});
  const small = openProcessChecks({ seconds: 60, megabytes: 12 });

  await expect(small.report(asked(folder), never)).rejects.toMatchObject({
    code: 'check-unfinished',
    facts: { reason: 'it took more than 12 MB of memory' },
  });
});

test('What is planted to be run, to be followed or to be swallowed does nothing', { timeout: 60_000 }, async () => {
  const outside = join(root, 'outside.txt');
  const marker = join(root, 'ran');
  await writeFile(outside, 'aws_secret_access_key = "wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzzzzzzz"\n');
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}\n`;
  const folder = await repository('hostile', {
    'addons/evil/__manifest__.py': `__import__('os').system('touch ${marker}')\n`,
    'docker-compose.yml': bomb,
    'addons/shop/static/large.bin': Buffer.alloc(6 * 2 ** 20),
    'addons/shop/views/entities.xml':
      '<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]><odoo>&b;</odoo>',
    'we\nird/\u202ename.py': 'x = 1\n',
  });
  await symlink(outside, join(folder, 'addons/shop/leak.py'));
  await symlink('..', join(folder, 'addons/round'));
  const { summary, json, text } = await checks.report(asked(folder), never);

  expect(summary.unfinished).toBeNull();
  expect(summary.first.map(({ file }) => file)).toContain('addons/evil/__manifest__.py');
  expect(`${json}${text}`).not.toContain('wJalr');
  await expect(readFile(marker)).rejects.toMatchObject({ code: 'ENOENT' });
});
