import { expect, test } from 'vitest';
import { otherDatabase, stageDatabase } from './names.ts';

test.each(['', 'shop_'])('the two databases of a production take turns, with prefix "%s"', (prefix) => {
  const first = stageDatabase('production', prefix);
  expect(otherDatabase(first)).toBe(`${prefix}odoo_production_b`);
  expect(otherDatabase(otherDatabase(first))).toBe(first);
});

test('a project whose name ends like a turn has two databases all the same', () => {
  const first = stageDatabase('production', 'shop_b_');
  expect(new Set([first, otherDatabase(first)]).size).toBe(2);
});
