import { describe, expect, it } from 'vitest';
import { globMatcher } from './glob.ts';

describe('a pattern', () => {
  it.each([
    ['a/*.js', ['a/b.js'], ['a/.js', 'a/b/c.js', 'a/b.ts', 'b.js', 'a/.b.js']],
    ['a/**/*.js', ['a/b.js', 'a/b/c.js', 'a/b/c/d.js'], ['b/a/c.js', 'a/.x/b.js']],
    ['**', ['a', 'a/b/c'], ['.git/config']],
    ['**/x', ['x', 'a/x', 'a/b/x'], ['x/a']],
    ['a/**', ['a/b', 'a/b/c'], ['b/a']],
    ['f?le[0-9a].py', ['file1.py', 'fule9.py', 'filea.py'], ['file.py', 'filex.py', 'f/le1.py']],
    ['[!a]b', ['bb'], ['ab', 'b']],
    ['a[', ['a['], ['a']],
    ['a*b*c', ['abc', 'axxbxxc', 'abcbc'], ['ab', 'acb']],
    ['plain', ['plain'], ['plain/x', 'xplain']],
    ['ü*', ['üb'], ['ub']],
  ])('%s fits what a shell would give', (pattern, fitting, others) => {
    const fits = globMatcher(pattern);

    expect([...fitting, ...others].filter(fits)).toEqual(fitting);
  });

  it('that is made to be slow is not', () => {
    const began = performance.now();

    expect(globMatcher(`${'*a'.repeat(60)}b`)('a'.repeat(250))).toBe(false);
    expect(globMatcher(`${'**/'.repeat(200)}x`)(`${'a/'.repeat(200)}y`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
