import { expect, it } from 'vitest';
import { agoWords, byteWords, durationWords } from './time-words.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const before = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString();

it.each([
  [0, 'just now'],
  [59, 'just now'],
  [60, '1 min ago'],
  [3_599, '59 min ago'],
  [3_600, '1 h ago'],
  [86_400 * 3, '3 d ago'],
  [86_400 * 45, '1 mo ago'],
  [86_400 * 800, '2 y ago'],
  [-30, 'in a moment'],
  [-7_200, 'in 2 h'],
])('tells what is %s seconds ago as %s', (seconds, words) => {
  expect(agoWords(before(seconds), NOW)).toBe(words);
});

it('says nothing of what is no time', () => expect(agoWords('yesterday', NOW)).toBe(''));

it.each([
  [820, '820 ms'],
  [4_250, '4.3 s'],
  [42_900, '42 s'],
  [64_000, '1:04 min'],
  [7_500_000, '2 h 5 min'],
])('reads %s milliseconds as %s', (milliseconds, words) => {
  expect(durationWords(milliseconds)).toBe(words);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_500, '1.5 kB'],
  [230_000_000, '230 MB'],
])('reads %s bytes as %s', (bytes, words) => {
  expect(byteWords(bytes)).toBe(words);
});
