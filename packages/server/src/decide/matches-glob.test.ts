import { expect, it } from 'vitest';
import { matchesGlob } from './matches-glob.ts';

it.each([
  ['*', 'main', true],
  ['main', 'main', true],
  ['main', 'maintenance', false],
  ['1*.0', '19.0', true],
  ['1*.0', '1.0', true],
  ['1*.0', '10', false],
  ['release/*', 'release/2026/11', true],
  ['*-stable', 'v1-stable', true],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'acb', false],
  ['aa*aa', 'aaa', false],
  ['a*b*b', 'ab', false],
  ['**', '', true],
  ['1.0', '1x0', false],
])('%s against %s is %s', (pattern, text, expected) => {
  expect(matchesGlob(pattern, text)).toBe(expected);
});

it('stays linear on a pattern made to be slow', () => {
  const started = performance.now();

  expect(matchesGlob(`${'a*'.repeat(2000)}b`, 'a'.repeat(200_000))).toBe(false);

  expect(performance.now() - started).toBeLessThan(1000);
});
