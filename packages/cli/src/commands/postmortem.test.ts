import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startContractServer } from '../testing/contract-server.ts';
import { runSlipway } from '../testing/run-slipway.ts';

const NAME = '20260301-production-odoo-boot-failed-m8k9ab.md';
const view = { run: 'run_1', name: NAME, evidence: null, markdown: '# It failed\n\u001b[2Jand so on\n' };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-postmortem-'));
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'addons'));
});
afterEach(() => rmSync(root, { recursive: true }));

const postmortem = async (cwd: string, words: readonly string[] = [], answer: object = view) => {
  await using server = await startContractServer({ postmortem: () => answer });
  return await runSlipway(['postmortem', 'run_1', ...words], { server, cwd });
};

it('prints it, with nothing in it that a terminal obeys', async () => {
  const { code, stdout } = await postmortem(root);

  expect({ code, stdout }).toEqual({ code: 0, stdout: '# It failed\n\\x1b[2Jand so on\n' });
  expect(readdirSync(root).sort()).toEqual(['.git', 'addons']);
});

it('writes it into the repository that one stands in, and over none that is there unless told to', async () => {
  const file = join(root, 'docs/postmortems', NAME);

  expect((await postmortem(join(root, 'addons'), ['--write'])).stdout).toContain(`docs/postmortems/${NAME}`);
  expect(readFileSync(file, 'utf8')).toBe(view.markdown);

  const other = { ...view, markdown: 'other' };
  const again = await postmortem(root, ['--write'], other);
  expect([again.code, again.stderr]).toEqual([expect.any(Number), expect.stringContaining('exists already')]);
  expect(readFileSync(file, 'utf8')).toBe(view.markdown);
  expect((await postmortem(root, ['--write', '--force'], other)).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('other');
});

it('writes nowhere outside a repository, whatever a link or the server says', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'slipway-outside-'));
  expect(await postmortem(outside, ['--write'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is in no git repository'),
  });
  symlinkSync(outside, join(root, 'docs'));
  expect((await postmortem(root, ['--write'])).stderr).toContain('is a link out of this folder');
  const evil = await postmortem(root, ['--write'], { ...view, name: '../../evil.md' });
  expect(evil.stderr).toContain('does not understand');
  expect(existsSync(join(root, 'docs/postmortems'))).toBe(false);
  rmSync(outside, { recursive: true });
});
