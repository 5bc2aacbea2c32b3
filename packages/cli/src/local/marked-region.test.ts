import { expect, it } from 'vitest';
import { marked, regionNames, withoutRegions, withRegions } from './marked-region.ts';

const a = { name: 'a', text: 'A=1' };
const b = { name: 'b', text: '  B=1' };

it('a region is put at the end of what is there, and replaced where it stands', () => {
  const first = withRegions('mine\n', [a, b]) ?? '';

  expect(first).toBe(`mine\n\n${marked(a)}\n\n${marked(b)}\n`);
  expect(withRegions(first, [a, b])).toBe(first);
  expect(withRegions(`${first}after\n`, [{ name: 'a', text: 'A=2' }, b])).toBe(`${first.replace('A=1', 'A=2')}after\n`);
});

it('a region that is not wanted any more goes, with nothing beside it', () => {
  const text = `before\n${marked(a)}\nbetween\n${marked(b)}\nafter\n`;

  expect(withRegions(text, [a])).toBe(`before\n${marked(a)}\nbetween\nafter\n`);
  expect(withoutRegions(text)).toBe('before\nbetween\nafter\n');
  expect(regionNames(text)).toEqual(['a', 'b']);
});

it('marks with carriage returns are marks', () => {
  const text = `mine\r\n${marked(a).replaceAll('\n', '\r\n')}\r\n`;

  expect(regionNames(text)).toEqual(['a']);
  expect(withRegions(text, [a])).toBe(`mine\r\n${marked(a)}\n`);
});

it('marks that do not pair are nobody knows whose', () => {
  for (const text of [
    '# >>> slipway: a\nx\n',
    '# <<< slipway: a\n',
    '# >>> slipway: a\n# >>> slipway: b\n# <<< slipway: b\n# <<< slipway: a\n',
    '# >>> slipway: a\n# <<< slipway: b\n',
  ])
    expect([withRegions(text, [a]), regionNames(text), withoutRegions(text)]).toEqual([null, null, text]);
});

it('marks are indented as their region is, so that YAML takes them', () => {
  expect(marked(b)).toMatch(/^ {2}# >>> slipway: b .*\n {2}B=1\n {2}# <<< slipway: b$/);
});
