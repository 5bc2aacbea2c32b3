import { expect, test } from 'vitest';
import { parseProjectConfig } from './config-file.ts';
import { formatProblems } from './config-problem.ts';

const withInvariants = (lines: string) =>
  parseProjectConfig(`version: 1\nname: shop\nodoo: { series: "19.0" }\ninvariants:\n${lines}`);
const said = (lines: string): string => {
  const result = withInvariants(lines);
  return result.ok ? '' : formatProblems(result.problems);
};

test('figures of the project’s own have a name and a SELECT, and are equal unless it says otherwise', () => {
  expect(withInvariants('  - name: open-rentals\n    sql: select count(*) from x_rental\n')).toMatchObject({
    ok: true,
    config: {
      invariants: [{ name: 'open-rentals', sql: 'select count(*) from x_rental', compare: 'equal', within: 0 }],
    },
  });
});

test('two of the same name are refused', () => {
  expect(said('  - { name: a, sql: select 1 }\n  - { name: a, sql: select 2 }\n')).toContain(
    'is named twice (also as entry 1)',
  );
});

test.each([
  ['  - { name: "Open rentals", sql: select 1 }\n', 'lower case letters, digits and -'],
  ['  - { name: a, sql: "" }\n', 'invariants[0].sql'],
  ['  - { name: a, sql: select 1, compare: higher }\n', 'invariants[0].compare'],
  ['  - { name: a, sql: select 1, within: -1 }\n', 'invariants[0].within'],
])('%s is told what is wrong with it', (lines, problem) => {
  expect(said(lines)).toContain(problem);
});
