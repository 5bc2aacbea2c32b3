import { expect, test } from 'vitest';
import { KNOWN, kindOf } from './documents.ts';

test.each([
  ['sale.order', 'business'],
  ['account.bank.statement.line', 'business'],
  ['ir.attachment', 'business'],
  ['sale.order.line', 'part'],
  ['account.move.line', 'part'],
  ['stock.quant', 'part'],
  ['rental.contract', 'other'],
  ['x_rental', 'other'],
  ['mail.activity', 'other'],
  ['website.page', 'other'],
  ['res.partner.bank', 'other'],
  ['basement.room', 'other'],
  ['linkage.plan', 'other'],
  ['ir.cron', 'technical'],
  ['mail.tracking.value', 'technical'],
  ['res.users.log', 'technical'],
  ['bus.bus', 'technical'],
  ['website.visitor', 'technical'],
])('%s is %s', (model, kind) => {
  expect(kindOf(model)).toBe(kind);
});

test('a document that shares its table with others says which rows are its own', () => {
  const shared = Map.groupBy(KNOWN, ({ model }) => model);

  for (const [model, all] of shared)
    if (all.length > 1)
      expect(
        all.every(({ where }) => where !== undefined),
        model,
      ).toBe(true);
});
