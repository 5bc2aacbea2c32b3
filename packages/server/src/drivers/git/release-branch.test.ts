import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitSandbox, makeGitSandbox } from '../../../../../test/fakes/git/sandbox.ts';
import { type GitRepository, openGitRepository } from './git-repository.ts';

let sandbox: GitSandbox;
let bare: string;
let repository: GitRepository;
let at: number;
const commit = async (subject: string, branch = 'next'): Promise<string> => {
  const known = (await sandbox.git(sandbox.work, 'branch', '--list', branch)) !== '';
  await sandbox.git(sandbox.work, 'checkout', '--quiet', ...(known ? [branch] : ['-b', branch, 'main']));
  at += 1;
  const sha = await sandbox.commit(sandbox.work, { [`${at}.txt`]: subject }, subject, at);
  await sandbox.git(sandbox.work, 'push', '--quiet', bare, `${branch}:${branch}`);
  return sha;
};
const refs = async (): Promise<string> => sandbox.git(bare, 'for-each-ref', '--format=%(refname) %(objecttype)');
const head = (branch: string): Promise<string> => sandbox.git(bare, 'rev-parse', branch);

beforeEach(async () => {
  sandbox = await makeGitSandbox();
  at = 2000;
  bare = join(sandbox.root, 'bare.git');
  await sandbox.git(sandbox.root, 'clone', '--quiet', '--bare', sandbox.work, bare);
  const clock = { now: () => new Date() };
  repository = await openGitRepository({ url: bare, data: join(sandbox.root, 'data'), clock });
});
afterEach(() => sandbox.remove());

describe('moving a branch', () => {
  it('goes forward, and twice is once', async () => {
    const sha = await commit('One');

    expect(await repository.release.forward('main', sha)).toBe('moved');
    expect(await repository.release.forward('main', sha)).toBe('there');
    expect(await head('main')).toBe(sha);
  });

  it('makes a branch that is not there', async () => {
    const sha = await commit('One');

    expect(await repository.release.forward('production', sha)).toBe('made');
    expect(await head('production')).toBe(sha);
  });

  it('is refused where the branch has diverged, and leaves it as it is', async () => {
    const sha = await commit('One');
    const other = await commit('A hotfix', 'main');

    await expect(repository.release.forward('main', sha)).rejects.toMatchObject({
      code: 'branch-diverged',
      facts: { branch: 'main', sha },
    });
    expect(await head('main')).toBe(other);
  });

  it('says why a working folder does not take the branch that it has checked out', async () => {
    const sha = await commit('One');
    await sandbox.git(sandbox.work, 'checkout', '--quiet', 'main');
    const clock = { now: () => new Date() };
    const folder = await openGitRepository({ url: sandbox.work, data: join(sandbox.root, 'data'), clock });

    await expect(folder.release.forward('main', sha)).rejects.toMatchObject({
      code: 'branch-refused',
      facts: { ref: 'main', reason: expect.stringContaining('checked out') },
    });
  });
});

describe('tagging a release', () => {
  const tag = (sha: string) => repository.release.tag({ prefix: 'production-2026-11-21', sha, message: 'Released' });

  it('counts, annotates, and gives a commit one tag only', async () => {
    const [one, two] = [await commit('One'), await commit('Two')];

    expect(await tag(one)).toBe('production-2026-11-21-1');
    expect(await tag(two)).toBe('production-2026-11-21-2');
    expect(await tag(one)).toBe('production-2026-11-21-1');
    expect(await refs()).toContain('refs/tags/production-2026-11-21-2 tag');
    expect(await head('production-2026-11-21-2^{commit}')).toBe(two);
    expect(await sandbox.git(bare, 'tag', '-n1', '--list', 'production-2026-11-21-1')).toContain('Released');
  });

  it('counts on after a gap and past nine', async () => {
    const sha = await commit('One');
    await sandbox.git(bare, 'tag', 'production-2026-11-21-10', 'main');

    expect(await tag(sha)).toBe('production-2026-11-21-11');
  });
});

describe('what lies between two commits', () => {
  it('is told newest first, with authors and their addresses', async () => {
    const from = await head('main');
    const [one, two] = [await commit('One'), await commit('Two')];

    expect(await repository.history.commits(from, two)).toEqual([
      { sha: two, author: 'Mona', email: 'mona@example.com', subject: 'Two', at: new Date(2_002_000).toISOString() },
      { sha: one, author: 'Mona', email: 'mona@example.com', subject: 'One', at: new Date(2_001_000).toISOString() },
    ]);
    expect(await repository.history.commits(two, two)).toEqual([]);
    expect(await repository.history.commits(null, two)).toHaveLength(3);
  });

  it('is everything where the first commit is gone', async () => {
    expect(await repository.history.commits('f'.repeat(40), await commit('One'))).toHaveLength(2);
  });

  it('does not believe a commit that says who its author is called', async () => {
    const from = await head('main');
    await sandbox.git(sandbox.work, 'checkout', '--quiet', '-b', 'liar', 'main');
    const mailmap = { '.mailmap': 'Grace <grace@example.com> Mona <mona@example.com>\n' };
    const sha = await sandbox.commit(sandbox.work, mailmap, 'A map', 3000);
    await sandbox.git(sandbox.work, 'push', '--quiet', bare, 'liar');

    expect(await repository.history.commits(from, sha)).toMatchObject([{ email: 'mona@example.com' }]);
  });

  it('leaves no author out, however many commits there are', async () => {
    const from = await head('main');
    await sandbox.git(sandbox.work, 'checkout', '--quiet', '-b', 'many', 'main');
    const eve = ['-c', 'user.name=Eve', '-c', 'user.email=eve@example.com'];
    await sandbox.git(sandbox.work, ...eve, 'commit', '--quiet', '--allow-empty', '-m', 'Oldest');
    const tree = await sandbox.git(sandbox.work, 'write-tree');
    let tip = await sandbox.git(sandbox.work, 'rev-parse', 'HEAD');
    for (let i = 0; i < 505; i += 1) tip = await sandbox.git(sandbox.work, 'commit-tree', tree, '-p', tip, '-m', 'x');
    await sandbox.git(sandbox.work, 'push', '--quiet', bare, `${tip}:refs/heads/many`);

    const commits = await repository.history.commits(from, tip);
    expect(commits).toHaveLength(501);
    expect(commits.at(-1)).toMatchObject({ subject: 'Oldest', email: 'eve@example.com' });
  }, 60_000);

  it('tells whether a commit has another', async () => {
    const [one, two] = [await commit('One'), await commit('Two')];
    const other = await commit('Three', 'main');

    expect(await repository.history.contains(two, one)).toBe(true);
    expect(await repository.history.contains(one, one)).toBe(true);
    expect(await repository.history.contains(two, other)).toBe(false);
    expect(await repository.history.contains(two, 'f'.repeat(40))).toBe(false);
  });
});
