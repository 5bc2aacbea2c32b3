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
  decidePush({ ...push, ...event }, { source: 'git', previews: [preview], ...context }).map(
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
