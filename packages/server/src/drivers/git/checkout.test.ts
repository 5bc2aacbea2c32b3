import { chmod, lstat, mkdir, readdir, readFile, readlink, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitSandbox, makeGitSandbox } from '../../../../../test/fakes/git/sandbox.ts';
import { runCommand } from '../shared/run-command.ts';
import { type GitRepository, openGitRepository } from './git-repository.ts';

let sandbox: GitSandbox;
let root: string;
let work: string;
let git: GitSandbox['git'];
let commit: GitSandbox['commit'];
let init: GitSandbox['init'];
let repository: GitRepository;

beforeEach(async () => {
  sandbox = await makeGitSandbox();
  ({ root, work, git, commit, init } = sandbox);
  repository = await open(work);
});
afterEach(() => sandbox.remove());

const open = (url: string) => openGitRepository({ url, data: join(root, 'data'), clock: { now: () => new Date() } });

const commitAll = (folder: string, message: string, at: number): Promise<string> => commit(folder, {}, message, at);
const seconds = async (folder: string, path: string): Promise<number> =>
  (await lstat(join(folder, path))).mtimeMs / 1000;
const listed = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

describe('a checkout', () => {
  it('gives each file the time of the commit that made it what it is', async () => {
    await commit(work, { 'sale/a.py': '1', 'caf\u00e9 "x"/b.py': '1', 'c.py': '1' }, 'second', 2000);
    await commit(work, { 'sale/a.py': '2', 'c.py': null }, 'third', 3000);
    const sha = await commit(work, { 'c.py': '1' }, 'fourth', 4000);

    const folder = await repository.checkout(sha);

    expect(await listed(folder)).toEqual([
      'c.py',
      'café "x"/b.py',
      'sale/__manifest__.py',
      'sale/a.py',
      'slipway.yaml',
    ]);
    expect(await seconds(folder, 'slipway.yaml')).toBe(1000);
    expect(await seconds(folder, 'café "x"/b.py')).toBe(2000);
    expect(await seconds(folder, 'sale/a.py')).toBe(3000);
    expect(await seconds(folder, 'c.py')).toBe(4000);
  });

  it('does not give a file the time of a version that a merge threw away', async () => {
    await commit(work, { 'a.js': 'base' }, 'base', 2000);
    await git(work, 'branch', 'fix');
    const main = await commit(work, { 'a.js': 'of main' }, 'main', 4000);
    await git(work, 'checkout', '--quiet', 'fix');
    await commit(work, { 'a.js': 'of the branch' }, 'branch', 3000);
    await commit(work, { 'b.js': '' }, 'something else', 5000);
    await git(work, 'merge', '--quiet', '-s', 'ours', '-m', 'keep mine', 'main');

    const folder = await repository.checkout(await git(work, 'rev-parse', 'HEAD'));

    expect(await seconds(folder, 'a.js')).toBe(3000);
    expect(await seconds(await repository.checkout(main), 'a.js')).toBe(4000);
  });

  it('keeps links and executable files, and can be read by other users', async () => {
    await writeFile(join(work, 'run.sh'), '#!/bin/sh\n');
    await chmod(join(work, 'run.sh'), 0o755);
    await symlink('../slipway.yaml', join(work, 'sale/link'));
    const sha = await commitAll(work, 'modes', 2000);

    const folder = await repository.checkout(sha);

    expect((await lstat(join(folder, 'run.sh'))).mode & 0o111).toBe(0o111);
    expect(await readlink(join(folder, 'sale/link'))).toBe('../slipway.yaml');
    expect(await seconds(folder, 'sale/link')).toBe(2000);
    expect((await lstat(folder)).mode & 0o777).toBe(0o755);
  });

  it('makes plain files of links that lead out, however they do it', async () => {
    await mkdir(join(work, 'sub'));
    const links: Record<string, string> = {
      absolute: '/etc/passwd',
      'sub/up': '../../outside',
      here: '.',
      'sub/here': '.',
      'sub/tricky': 'here/../../outside',
      chain: 'sub/up',
      loop: 'loop',
      dangling: 'sub/not/there',
      sideways: 'sub/../slipway.yaml',
    };
    for (const [path, target] of Object.entries(links)) await symlink(target, join(work, path));
    const sha = await commitAll(work, 'links', 2000);

    const folder = await repository.checkout(sha);

    const kept = [];
    for (const path of Object.keys(links)) if ((await lstat(join(folder, path))).isSymbolicLink()) kept.push(path);
    expect(kept).toEqual(['here', 'sub/here', 'dangling', 'sideways']);
    expect(await readFile(join(folder, 'absolute'), 'utf8')).toBe('/etc/passwd');
    expect(await readFile(join(folder, 'chain'), 'utf8')).toBe('sub/up');
  });

  it('has what export-ignore would leave out', async () => {
    const sha = await commit(
      work,
      { '.gitattributes': 'tests export-ignore\n', 'tests/t.py': '1' },
      'attributes',
      2000,
    );

    expect(await listed(await repository.checkout(sha))).toContain('tests/t.py');
  });

  it('exports submodules, nested ones too, with relative and absolute addresses', async () => {
    const [inner, middle] = [join(root, 'inner'), join(root, 'middle')];
    await init(inner);
    await commit(inner, { 'deep.py': '1' }, 'inner', 1100);
    await init(middle);
    await commit(middle, { 'mid.py': '1' }, 'middle', 1200);
    await git(middle, 'submodule', '--quiet', 'add', inner, 'vendor/inner');
    await commitAll(middle, 'with inner', 1300);
    await git(work, 'submodule', '--quiet', 'add', '../middle', 'addons/middle');
    const sha = await commitAll(work, 'with middle', 2000);

    const folder = await repository.checkout(sha);

    expect(await listed(folder)).toEqual([
      '.gitmodules',
      'addons/middle/.gitmodules',
      'addons/middle/mid.py',
      'addons/middle/vendor/inner/deep.py',
      'sale/__manifest__.py',
      'slipway.yaml',
    ]);
    expect(await seconds(folder, 'addons/middle/mid.py')).toBe(1200);
    expect(await seconds(folder, 'addons/middle/vendor/inner/deep.py')).toBe(1100);
  });

  it('leaves a submodule without an address empty, and refuses one that cannot be used', async () => {
    await git(work, 'update-index', '--add', '--cacheinfo', `160000,${'a'.repeat(40)},lost`);
    await git(work, 'commit', '--quiet', '-m', 'lost');
    const lost = await git(work, 'rev-parse', 'HEAD');
    await writeFile(join(work, '.gitmodules'), '[submodule "x"]\n\tpath = lost\n\turl = ext::sh -c id\n');
    await git(work, 'add', '.gitmodules');
    await git(work, 'commit', '--quiet', '-m', 'odd');

    expect(await listed(await repository.checkout(lost))).not.toContain('lost');
    await expect(repository.checkout(await git(work, 'rev-parse', 'HEAD'))).rejects.toMatchObject({
      code: 'config-invalid',
      facts: { problems: expect.stringContaining('submodule lost') },
    });
  });

  it('says which repository lacks the commit of a submodule', async () => {
    await writeFile(join(work, '.gitmodules'), `[submodule "x"]\n\tpath = lib\n\turl = ${work}\n`);
    await git(work, 'update-index', '--add', '--cacheinfo', `160000,${'a'.repeat(40)},lib`);
    await git(work, 'add', '.gitmodules');
    await git(work, 'commit', '--quiet', '-m', 'lost commit');

    await expect(repository.checkout(await git(work, 'rev-parse', 'HEAD'))).rejects.toMatchObject({
      code: 'ref-not-found',
      facts: { repository: work, ref: 'a'.repeat(40) },
    });
    expect(await listed(join(root, 'data/checkouts'))).toEqual([]);
  });

  it('is pruned when it is not kept, and so is what a crash left an hour ago', async () => {
    const first = await repository.checkout(await git(work, 'rev-parse', 'HEAD'));
    const second = await repository.checkout(await commit(work, { a: '1' }, 'second', 2000));
    const parent = dirname(first);
    await mkdir(join(parent, '.new-old'));
    await utimes(join(parent, '.new-old'), 1000, 1000);
    await mkdir(join(parent, '.new-young'));

    await repository.prune([second.slice(parent.length + 1)]);

    expect((await readdir(parent)).sort()).toEqual(['.new-young', second.slice(parent.length + 1)]);
  });

  it('takes seconds for 2,000 files after 500 commits', { timeout: 60_000 }, async () => {
    const stream = ['reset refs/heads/big\n'];
    for (let index = 0; index < 500; index += 1) {
      stream.push(`commit refs/heads/big\ncommitter M <m@example.com> ${10_000 + index} +0000\ndata 1\nx\n`);
      for (let file = 0; file < 4; file += 1)
        stream.push(
          `M 100644 inline m${index % 50}/f${index * 4 + file}.py\ndata 4\n${String(index).padStart(4, '0')}\n`,
        );
      stream.push(`M 100644 inline hot.py\ndata 4\n${String(index).padStart(4, '0')}\n`);
    }
    const imported = await runCommand('git', ['fast-import', '--quiet'], { cwd: work, input: stream.join('') });
    expect(imported).toMatchObject({ exitCode: 0 });
    const sha = await repository.resolve('big');

    const started = performance.now();
    const folder = await repository.checkout(sha);
    const took = performance.now() - started;

    expect(await seconds(folder, 'hot.py')).toBe(10_499);
    expect(await seconds(folder, 'm7/f28.py')).toBe(10_007);
    expect(await listed(folder)).toHaveLength(2001);
    expect(took).toBeLessThan(5000);
    if (process.env.SLIPWAY_SHOW_TIMES) console.log(`checkout of 2001 files after 500 commits: ${Math.round(took)} ms`);
  });
});
