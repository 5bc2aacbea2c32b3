import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type GitSandbox, makeGitSandbox } from '../../../../../test/fakes/git/sandbox.ts';
import { type GitRepository, openGitRepository } from './git-repository.ts';

let sandbox: GitSandbox;
let repository: GitRepository;
beforeEach(async () => {
  sandbox = await makeGitSandbox();
  const { work: url, root } = sandbox;
  repository = await openGitRepository({ url, data: join(root, 'data'), clock: { now: () => new Date() } });
});
afterEach(() => sandbox.remove());

it('tells commits and lines by file, whatever they are called', async () => {
  const { commit, git, work } = sandbox;
  const from = await git(work, 'rev-parse', 'HEAD');
  await commit(work, { 'a\tb\n"c".txt': 'one\ntwo\n', 'x.bin': 'a\0b' }, 'First\n\nBody', 3000);
  const to = await commit(work, { 'x.bin': null, 'y.txt': 'y\n' }, 'Second | more', 3001);
  await repository.fetch();

  const found = await repository.difference.between(from, to);

  expect(found).toMatchObject({ more: 0, commits: [{ sha: to, subject: 'Second | more' }, { subject: 'First' }] });
  expect(found?.files).toEqual([
    { path: 'a\tb\n"c".txt', added: 2, removed: 0 },
    { path: 'y.txt', added: 1, removed: 0 },
  ]);
});

it('lists the newest fifty commits and counts the others', async () => {
  const { commit, git, work } = sandbox;
  const from = await git(work, 'rev-parse', 'HEAD');
  let to = from;
  for (let number = 1; number <= 52; number++)
    to = await commit(work, { 'n.txt': `${number}\n` }, `${number}`, 3000 + number);
  await repository.fetch();

  const found = await repository.difference.between(from, to);

  expect(found?.commits.map(({ subject }) => subject).slice(0, 2)).toEqual(['52', '51']);
  expect([found?.commits.length, found?.more]).toEqual([50, 2]);
});

it('fetches nothing: of commits that are not here it says nothing', async () => {
  const { commit, git, work } = sandbox;
  const from = await git(work, 'rev-parse', 'HEAD');
  await repository.fetch();
  const to = await commit(work, { 'n.txt': 'n\n' }, 'Later', 3000);

  expect(await repository.difference.between(from, to)).toBeNull();
  expect(await repository.difference.between('--output=x', to)).toBeNull();
});
