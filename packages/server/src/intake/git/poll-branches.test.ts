import { expect, it } from 'vitest';
import { pollBranches } from './poll-branches.ts';

const poll = (previous: Record<string, string> | null, current: Record<string, string>) =>
  pollBranches(previous, current, { repository: 'shop', message: (sha) => `message of ${sha}` });

it('says nothing of what it sees for the first time', () => {
  expect(poll(null, { main: 'a' })).toEqual([]);
});

it('says nothing when nothing moved', () => {
  expect(poll({ main: 'a' }, { main: 'a' })).toEqual([]);
});

it('tells of branches that moved, are new, or are gone', () => {
  const events = poll({ main: 'a', old: 'b', same: 'c' }, { main: 'd', same: 'c', fix: 'e' });

  const said = { kind: 'branch-pushed', repository: 'shop', sender: 'poll' };
  expect(events).toEqual([
    { ...said, branch: 'main', sha: 'd', deleted: false, message: 'message of d' },
    { ...said, branch: 'fix', sha: 'e', deleted: false, message: 'message of e' },
    { ...said, branch: 'old', sha: 'b', deleted: true, message: '' },
  ]);
});

it('takes a branch called constructor for a branch', () => {
  expect(poll({}, { constructor: 'a' })).toMatchObject([{ branch: 'constructor', sha: 'a' }]);
});
