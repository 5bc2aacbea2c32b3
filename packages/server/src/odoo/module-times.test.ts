import { expect, it } from 'vitest';
import { moduleTimes } from './module-times.ts';

const line = (message: string): string =>
  `2026-11-21 05:36:17,035 1 INFO odoo_rehearsal odoo.modules.loading: ${message}`;

it('adds up what Odoo says of each module, and leaves out what it does not say', () => {
  expect(
    moduleTimes([
      line('Loading module shop_order (1/2)'),
      line('Module shop_order loaded in 1.25s, 83 queries (+83 other)'),
      line('Module sale loaded in 12s, 9 queries'),
      line('Module shop_order loaded in 0.50s, 3 queries'),
      line('48 modules loaded in 9.03s, 100 queries'),
    ]),
  ).toEqual([
    { name: 'shop_order', seconds: 1.75 },
    { name: 'sale', seconds: 12 },
  ]);
  expect(moduleTimes([])).toEqual([]);
});
