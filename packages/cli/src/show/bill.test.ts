import { billSums, type RollbackBill } from '@slipway/contracts/rollback-views';
import { describe, expect, it } from 'vitest';
import { openScreen } from '../output/screen.ts';
import { makeIo } from '../testing/run-slipway.ts';
import { billAsCsv, showBill } from './bill.ts';

const { io } = makeIo({ terminal: false, variables: {} });
const screen = openScreen(io, io.stdout, false);
const AT = '2026-11-21T18:00:05Z';

const order = (id: string, name: string, amount: string) => ({
  ...{ id, name, what: 'created' as const, who: 'mona@example.com', at: AT },
  ...{ amount, currency: 'EUR' },
});
const bill: RollbackBill = {
  ...{
    project: 'shop',
    database: 'odoo_production',
    former: 'odoo_production_prev',
    since: AT,
    takenAt: AT,
    listed: 500,
  },
  documents: [
    {
      ...{
        model: 'sale.order',
        title: 'Quotations and sales orders',
        kind: 'business',
        created: 3,
        changed: 0,
        deleted: 1,
      },
      totals: [{ currency: 'EUR', amount: '12340.5' }],
      rows: [
        order('12', 'S00012', '12000'),
        order('13', '=cmd|"x"', '-340.5'),
        { id: '4', name: 'S00004', what: 'deleted', who: null, at: null, amount: '80', currency: 'EUR' },
      ],
    },
    {
      ...{ model: 'mail.message', title: 'Messages and notes', kind: 'business', created: 7, changed: 0, deleted: 0 },
      ...{ totals: [], rows: [] },
    },
    {
      ...{ model: 'ir.cron', title: 'Scheduled Actions', kind: 'technical', created: 0, changed: 9, deleted: null },
      ...{ totals: [], rows: [] },
    },
  ],
  unread: [],
};

describe('the bill of going back', () => {
  it('counts what people made, and leaves out what Odoo did by itself', () => {
    expect(billSums(bill)).toEqual({ created: 10, changed: 0, deleted: 1 });
  });

  it('is read in a minute: sums first, then what they are of', () => {
    const text = showBill(bill, screen);

    expect(text).toContain('Going back would lose 10 created records and undo 0 changed and 1 deleted ones');
    expect(text).toMatch(/Quotations and sales orders +3 +0 +1 +12 340\.50 EUR/);
    expect(text).toMatch(/Messages and notes +7/);
    expect(text).toMatch(/12 +S00012 +created +mona@example\.com +2026-11-21T18:00:05Z +12 000\.00 EUR/);
    expect(text).toContain('and 1 more (`slipway rollback --dry-run --csv` lists them)');
    expect(text).toContain('0 lines and parts of documents, and 9 technical records');
    expect(text).not.toContain('Scheduled Actions');
  });

  it('says that there is nothing to lose, and what it does not know', () => {
    const none = { ...bill, former: null, documents: [], unread: [{ model: 'sale.order', why: 'statement timeout' }] };

    expect(showBill(none, screen)).toContain('Going back would lose no record that people made since');
    expect(showBill(none, screen)).toContain('What was deleted is not known');
    expect(showBill(none, screen)).toContain('Nothing is known of sale.order: statement timeout.');
  });

  it('is a table for a spreadsheet, in which a name is never a formula and a number stays one', () => {
    expect(billAsCsv(bill).split('\r\n')).toEqual([
      'document,model,id,name,what,who,at,amount,currency',
      `Quotations and sales orders,sale.order,12,S00012,created,mona@example.com,${AT},12000,EUR`,
      `Quotations and sales orders,sale.order,13,"'=cmd|""x""",created,mona@example.com,${AT},-340.5,EUR`,
      'Quotations and sales orders,sale.order,4,S00004,deleted,,,80,EUR',
      'Quotations and sales orders,sale.order,,1 not listed,created,,,,',
      'Messages and notes,mail.message,,7 not listed,created,,,,',
      'Scheduled Actions,ir.cron,,9 not listed,changed,,,,',
      '',
    ]);
  });
});
