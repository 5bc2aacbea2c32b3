import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, runSlipway } from '../testing/run-slipway.ts';

/** Put together here, so that this file holds none itself. */
const SECRET = ['kR7$vq', 'Lm2!xP'].join('');
let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'slipway-history-'));
  git('init', '-q');
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const git = (...words: string[]): string => {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...who, ...words], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
};
const commit = async (files: Readonly<Record<string, string | Buffer>>, message: string): Promise<string> => {
  for (const [path, text] of Object.entries(files)) await writeFile(join(cwd, path), text);
  git('add', '-A');
  git('commit', '-q', '-m', message);
  return git('rev-parse', '--short', 'HEAD').trim();
};
const guard = (...words: string[]): Promise<Outcome> =>
  runSlipway(['guard', '--only', 'secrets', ...words], { cwd, variables: { PATH: process.env.PATH ?? '' } });

describe('slipway guard --history', () => {
  it('finds a secret that was removed, once, with the commit that brought it', async () => {
    await commit({ 'a.txt': 'nothing' }, 'first');
    const guilty = await commit({ 'odoo.conf': `[options]\nadmin_passwd = ${SECRET}\n` }, 'with a secret');
    await commit({ 'odoo.conf': `[options]\nworkers = 2\nadmin_passwd = ${SECRET}\n` }, 'again');
    await commit({ 'odoo.conf': '[options]\nadmin_passwd = changeme\n' }, 'without');

    expect((await guard()).code).toBe(0);
    const { code, stdout } = await guard('--history');
    expect(code).toBe(1);
    expect(stdout.match(/in the history/g)).toHaveLength(1);
    expect(stdout).not.toContain(SECRET);
    expect(stdout).toContain('1 error');
    expect(stdout).toMatch(/in the history \(([0-9a-f]+) of \d{4}-\d\d-\d\d\): .admin_passwd./);
    expect(guilty.length).toBeGreaterThan(0);
  });

  it('finds what only another branch has', async () => {
    await commit({ 'a.txt': 'nothing' }, 'first');
    git('checkout', '-q', '-b', 'other');
    const guilty = await commit({ '.env': `SMTP_PASSWORD=${SECRET}\n` }, 'with a secret');
    git('checkout', '-q', 'main');

    expect((await guard('--history')).stdout).toContain(`in the history (${guilty} of`);
  });

  it('tells a secret that is still there as one of the tree', async () => {
    await commit({ '.env': `SMTP_PASSWORD=${SECRET}\n` }, 'with a secret');
    const { stdout } = await guard('--history');

    expect(stdout).toContain('1 error');
    expect(stdout).not.toContain('in the history (');
  });

  it('passes by what is large, binary, or strangely named', async () => {
    const large = `SMTP_PASSWORD=${SECRET}\n`.repeat(100_000);
    await commit(
      { 'large.env': large, 'a\nb.env': `SMTP_PASSWORD=${SECRET}\n`, 'bin.env': Buffer.from([0, 1, 2]) },
      'all',
    );
    await commit({ 'large.env': '', 'a\nb.env': '', 'bin.env': '', '.env': `SMTP_PASSWORD=${SECRET}\n` }, 'none');
    await commit({ '.env': '' }, 'the end');
    const { stdout, stderr } = await guard('--history');

    expect(stderr).toBe('');
    expect(stdout).not.toContain('large.env');
    expect(stdout).toMatch(/\.env\n.*in the history/s);
  });

  it('has nothing to look at in a repository without a commit, and says that a folder is none', async () => {
    expect((await guard('--history')).code).toBe(0);
    await rm(join(cwd, '.git'), { recursive: true });
    const { code, stderr } = await guard('--history');

    expect(code).toBe(2);
    expect(stderr).toContain('git says: fatal: not a git repository');
  });

  it('is refused together with guards that have no history', async () => {
    const { code, stderr } = await runSlipway(['guard', '--only', 'images', '--history'], { cwd });

    expect([code, stderr]).toEqual([2, expect.stringContaining('history: is about secrets')]);
  });
});
