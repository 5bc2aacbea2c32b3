import { describe, expect, it } from 'vitest';
import { decidePush, type PushContext, type PushEvent } from './push.ts';

const push: PushEvent = {
  kind: 'branch-pushed',
  repository: 'shop',
  branch: 'fix',
  sha: 'a'.repeat(40),
  deleted: false,
  message: 'Fix',
  sender: 'poll',
};
const preview: PushContext['previews'][number] = { number: 3, state: 'live', sha: 'b'.repeat(40) };
const decide = (event: Partial<PushEvent>, context: Partial<PushContext> = {}) =>
  decidePush({ ...push, ...event }, { source: 'git', previews: [preview], staging: null, ...context }).map(
    (decision) => `${decision.kind}${'number' in decision ? ` ${decision.number}` : ''}: ${decision.reason}`,
  );

describe('decidePush', () => {
  it('moves every preview on the branch to the new commit', () => {
    expect(decide({}, { previews: [preview, { ...preview, number: 4, state: 'sleeping' }] })).toEqual([
      'open-preview 3: new commit aaaaaaaa',
      'open-preview 4: new commit aaaaaaaa',
    ]);
  });

  it('closes the preview of a deleted branch', () => {
    expect(decide({ deleted: true })).toEqual(['close-preview 3: branch fix was deleted']);
  });

  it('says why nothing happens', () => {
    expect(decide({}, { source: 'github' })).toEqual(['ignore: GitHub tells of pull requests by itself']);
    expect(decide({}, { previews: [] })).toEqual(['ignore: no preview is on branch fix']);
    expect(decide({}, { previews: [{ ...preview, state: 'closed' }] })).toEqual([
      'ignore: no preview is on branch fix',
    ]);
    expect(decide({ message: 'Docs [skip ci]' })).toEqual(['ignore: [skip ci] in the commit message']);
    expect(decide({ sha: preview.sha })).toEqual(['ignore: its preview is at this commit']);
  });
});

describe('decidePush to the branch of staging', () => {
  const staging = { branch: 'main', head: 'a'.repeat(40), sha: 'b'.repeat(40), hasData: true };
  const toMain = (event: Partial<PushEvent> = {}, more: Partial<typeof staging> | { readonly head: null } = {}) =>
    decide({ branch: 'main', ...event }, { source: 'github', staging: { ...staging, ...more } });

  it('deploys the newest commit, from any source, beside what it means for previews', () => {
    expect(toMain()).toEqual(['deploy-staging: new commit aaaaaaaa on main']);
    expect(decide({ branch: 'main' }, { staging })).toEqual([
      'deploy-staging: new commit aaaaaaaa on main',
      'open-preview 3: new commit aaaaaaaa',
    ]);
  });

  it('goes by the head of the branch where an older push arrives late', () => {
    expect(toMain({ sha: 'c'.repeat(40) })).toEqual(['deploy-staging: new commit aaaaaaaa on main']);
    expect(toMain({ sha: 'c'.repeat(40), message: 'Docs [skip ci]' })).toEqual([
      'deploy-staging: new commit aaaaaaaa on main',
    ]);
    expect(toMain({ sha: 'c'.repeat(40) }, { sha: staging.head })).toEqual([
      'ignore: staging is at aaaaaaaa, or on its way there',
    ]);
  });

  it('says why nothing happens', () => {
    expect(toMain({}, { sha: staging.head })).toEqual(['ignore: staging is at aaaaaaaa, or on its way there']);
    expect(toMain({ deleted: true })).toEqual(['ignore: branch main was deleted; staging stays as it is']);
    expect(toMain({}, { head: null })).toEqual(['ignore: branch main was deleted; staging stays as it is']);
    expect(toMain({ message: 'Docs [skip ci]' })).toEqual(['ignore: [skip ci] in the commit message']);
    expect(toMain({}, { hasData: false })).toEqual([
      'ignore: staging has no data yet; its first refresh brings the newest commit',
    ]);
    expect(decide({ branch: 'other' }, { source: 'github', staging })).toEqual([
      'ignore: GitHub tells of pull requests by itself',
    ]);
  });
});
