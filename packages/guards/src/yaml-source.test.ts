import { describe, expect, it } from 'vitest';
import { readYaml } from './yaml-source.ts';

const laughs = ['a: &a [x, x, x, x, x, x, x, x, x]']
  .concat([...'bcdefghi'].map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index]}, `.repeat(9)}]`))
  .join('\n');

describe('YAML of strangers', () => {
  it.each([
    ['a "billion laughs"', laughs],
    ['an alias that stands for itself', 'a: &a [*a]'],
    ['a mapping that merges itself', 'a: &a\n  <<: *a\n  b: 1'],
    ['brackets without end', '['.repeat(100_000)],
    ['deep brackets', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['deep indents', Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['deep dashes', `${'- '.repeat(20_000)}a`],
    ['a text above the limit', 'a: b\n'.repeat(300_000)],
  ])('%s is said to be what it is, quickly', (_, text) => {
    const start = performance.now();
    const { data, problems } = readYaml(text);

    expect(problems.length === 1 || data !== undefined).toBe(true);
    // Milliseconds where it is bounded, hours where it is not; in between a busy machine.
    expect(performance.now() - start).toBeLessThan(15_000);
    expect(JSON.stringify(problems).length).toBeLessThan(1000);
  });

  it('counts aliases that stand for too much', () => {
    expect(readYaml(laughs).problems).toMatchObject([{ kind: 'bomb', message: expect.stringContaining('limit 100') }]);
  });

  it('repeats nothing of a file that it cannot read', () => {
    const { problems } = readYaml('password: "hunter2 and more\nother: [1');

    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('knows the place of what came in by a merge', () => {
    const source = readYaml('base: &base\n  image: a\nservice:\n  <<: *base\n  user: b\n');

    expect(source.data).toEqual({ base: { image: 'a' }, service: { image: 'a', user: 'b' } });
    expect(source.valueAt(['service', 'image'])).toEqual({ line: 2, column: 10 });
    expect(source.valueAt(['service', 'user'])).toEqual({ line: 5, column: 9 });
    expect(source.keyAt(['service', 'user'])).toEqual({ line: 5, column: 3 });
  });

  it('takes the tags of compose, and a byte order mark', () => {
    expect(readYaml('\ufeffservices:\n  a:\n    ports: !reset []\n').data).toEqual({ services: { a: { ports: [] } } });
  });

  it('is nothing when it is empty', () => {
    expect(readYaml('')).toMatchObject({ data: undefined, problems: [] });
  });
});
