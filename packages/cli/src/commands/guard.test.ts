import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, runSlipway } from '../testing/run-slipway.ts';

const MANIFEST =
  "{\n  'name': 'A', 'license': 'LGPL-3', 'author': 'B', 'category': 'C',\n  'version': '19.0.1.0.0', 'depends': ['base'],\n}\n";
let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'slipway-guard-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(cwd, path)), { recursive: true });
  await writeFile(join(cwd, path), text);
};
const guard = (...words: string[]): Promise<Outcome> =>
  runSlipway(['guard', '--only', 'manifests', ...words], { cwd, variables: { PATH: process.env.PATH ?? '' } });
const git = (...words: string[]): void => {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main'];
  execFileSync('git', [...who, ...words], { cwd, stdio: 'ignore' });
};

describe('slipway guard', () => {
  it('finds nothing wrong in a clean repository without slipway.yaml', async () => {
    await write('a/__manifest__.py', MANIFEST);

    expect(await guard()).toEqual({
      code: 0,
      stdout: '✓ 1 file: 0 errors, 0 warnings, 0 notes (1 guard passed).\n',
      stderr: '',
    });
  });

  it('tells findings by file, and why once for each rule; its exit code is the number of guards that failed', async () => {
    await write('a/__manifest__.py', MANIFEST.replace("'base'", "'no', 'nor'"));
    await write('slipway.yaml', 'version: 2\n');
    const { code, stdout } = await guard();

    expect(code).toBe(2);
    expect(stdout).toContain('\na/__manifest__.py\n  ✗ 3:40 needs no,'.slice(1));
    expect(stdout.match(/Why: A module whose dependency is nowhere/g)).toHaveLength(1);
    expect(stdout).toContain('(failed: config, manifests)');
  });

  it('looks at a file that is committed although it is ignored, and not at one that is only ignored', async () => {
    git('init');
    await write('.gitignore', 'old/\n');
    await write('old/a/__manifest__.py', MANIFEST.replace("'base'", "'no'"));
    git('add', '--force', 'old/a');
    await write('old/b/__manifest__.py', MANIFEST.replace("'base'", "'nor'"));
    const { code, stdout } = await guard();

    expect(code).toBe(1);
    expect(stdout).toContain('needs no,');
    expect(stdout).not.toContain('needs nor,');
  });

  it.each(['json', 'sarif', 'github'])('prints nothing but %s when asked to', async (format) => {
    await write('a\n::error::b/__manifest__.py', MANIFEST.replace("'base'", "'no'"));
    const { code, stdout, stderr } = await guard('--format', format);

    expect([code, stderr]).toEqual([1, '']);
    if (format === 'github')
      expect(stdout).toMatch(/^::error file=a%0A%3A%3Aerror%3A%3Ab\/__manifest__\.py,line=3,[^\n]*\n$/);
    else expect(JSON.parse(stdout)).toMatchObject(format === 'json' ? { ok: false, files: 1 } : { version: '2.1.0' });
  });

  it('shows a name of a file, and never lets it act on the terminal', async () => {
    await write('a\u001b[2J\n/__manifest__.py', 'x');
    const { stdout } = await guard();

    expect(stdout).toContain('a\\x1b[2J\\n/__manifest__.py');
  });

  it('tells only of files that differ from a commit, with those that git does not have yet', async () => {
    git('init');
    for (const name of ['old', 'changed']) await write(`${name}/__manifest__.py`, MANIFEST.replace("'base'", "'no'"));
    git('add', '.');
    git('commit', '-m', 'one');
    git('checkout', '-b', 'work');
    await write('changed/__manifest__.py', MANIFEST.replace("'base'", "'nor'"));
    git('commit', '-am', 'two');
    await write('new/__manifest__.py', 'x');
    const { stdout, code } = await guard('--changed', 'main', '--json');

    expect(code).toBe(1);
    expect(JSON.parse(stdout).findings.map(({ file }: { file: string }) => file)).toEqual([
      'changed/__manifest__.py',
      'new/__manifest__.py',
    ]);
  });

  it('refuses a base that is no commit, or that git would take for an option', async () => {
    git('init');
    const none = await guard('--changed', 'nowhere');
    const option = await guard('--changed=--output=x');

    expect([none.code, option.code]).toEqual([2, 2]);
    expect(none.stderr).toContain('git says: fatal');
    expect(option.stderr).toContain('is not a commit');
  });

  it('refuses a guard that does not exist, with the list of those that do', async () => {
    const { code, stderr } = await runSlipway(['guard', '--only', 'nothing'], { cwd });

    expect(code).toBe(2);
    expect(stderr).toContain('must be some of');
  });
});
