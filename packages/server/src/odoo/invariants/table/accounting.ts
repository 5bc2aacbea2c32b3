import { company, documents, grouped, NUMBER, plain, total } from '../grouped.ts';
import { has, type Invariant, invariant, textOf } from '../invariant.ts';

const POSTED = { account_move_line: ['parent_state', 'balance', 'debit', 'credit', 'company_id', 'account_id'] };

/** Until Odoo 15 an account has a type of its own words. */
const PARTNER_ACCOUNTS = `case when %s in ('asset_receivable', 'receivable') then 'receivable' else 'payable' end`;

export const accounting: readonly Invariant[] = [
  invariant(
    {
      id: 'trial-balance',
      title: 'Trial balance',
      means: 'The books no longer say what they said: what is posted may change by a posting and by nothing else.',
      module: 'account',
      needs: POSTED,
    },
    () =>
      grouped({
        what: 'all posted entries',
        from: 'account_move_line l',
        where: `l.parent_state = 'posted'`,
        by: [company('l.company_id')],
        totals: [
          total('l.debit', 'Debit'),
          total('l.credit', 'Credit'),
          total('l.debit - l.credit', 'Debit minus credit'),
        ],
      }),
  ),
  invariant(
    {
      id: 'account-balances',
      title: 'Balance of every account',
      means: 'An account of the ledger has another balance: the reports of past periods have changed.',
      module: 'account',
      needs: POSTED,
      looks: ['account_account', 'res_company'],
    },
    (columns) => {
      const code = has(columns, 'account_account', 'code_store')
        ? `a.code_store->>(split_part(coalesce((select r.parent_path from res_company r where r.id = l.company_id), l.company_id::text), '/', 1))`
        : 'a.code';
      return `select g.company || '/' || g.account as key,
                     concat_ws(' ', 'Balance of account', g.code, g.name, 'of company', g.company) as says, 'amount' as unit, g.balance::text as value
                from (select l.company_id as company, l.account_id as account, ${code} as code,
                             ${textOf(columns, 'account_account', 'name', 'a')} as name, sum(l.balance) as balance
                        from account_move_line l join account_account a on a.id = l.account_id
                       where l.parent_state = 'posted' group by l.company_id, l.account_id, 3, 4) g`;
    },
  ),
  invariant(
    {
      id: 'receivable-payable',
      title: 'Receivables and payables',
      means: 'What customers owe, or what is owed to vendors, is another sum than before.',
      module: 'account',
      needs: POSTED,
      looks: ['account_account'],
    },
    (columns) => {
      const type = has(columns, 'account_account', 'account_type') ? 'a.account_type' : 'a.internal_type';
      return `select g.company || '/' || g.side || '/' || f.word as key,
                     concat_ws(' ', case g.side when 'receivable' then 'Receivable' else 'Payable' end, f.word, 'of company', g.company,
                       (select '(' || r.name || ')' from res_company r where r.id = g.company)) as says, 'amount' as unit, f.value
                from (select l.company_id as company, ${PARTNER_ACCOUNTS.replace('%s', type)} as side,
                             sum(l.balance)::text as booked, sum(l.amount_residual)::text as open
                        from account_move_line l join account_account a on a.id = l.account_id
                       where l.parent_state = 'posted'
                         and ${type} in ('asset_receivable', 'liability_payable', 'receivable', 'payable')
                       group by 1, 2) g
               cross join lateral (values ('total', g.booked), ('still open', g.open)) as f(word, value)`;
    },
  ),
  documents({
    id: 'invoices-and-entries',
    title: 'Invoices, bills and journal entries',
    means: 'Documents of the books came, went, or changed their state or their amount.',
    module: 'account',
    table: 'account_move',
    what: 'invoices and entries',
    by: ['move_type', 'state', 'company_id', 'currency_id'],
    sums: { amount_total: ['Total', 'amount'], amount_residual: ['Amount still open', 'amount'] },
  }),
  invariant(
    {
      id: 'document-numbers',
      title: 'Last number of every series of documents',
      means:
        'The next invoice or entry would get a number that was given already, or leave a gap that an auditor asks about.',
      module: 'account',
      needs: { account_move: ['journal_id', 'sequence_prefix', 'sequence_number', 'state'] },
    },
    () =>
      grouped({
        what: 'posted documents',
        from: 'account_move m',
        where: `m.state = 'posted' and m.sequence_prefix is not null`,
        by: [plain('journal', 'm.journal_id'), plain('series', 'm.sequence_prefix')],
        totals: [{ word: 'Last number', unit: 'count', sql: 'max(m.sequence_number)' }],
      }),
  ),
  invariant(
    {
      id: 'payments',
      title: 'Payments',
      means: 'Payments came, went, or changed their state or their amount.',
      module: 'account',
      needs: { account_payment: ['payment_type', 'amount'] },
      looks: ['account_payment'],
    },
    (columns) => {
      // Until Odoo 17 a payment has these through its entry.
      const of = (column: string): string => (has(columns, 'account_payment', column) ? `p.${column}` : `m.${column}`);
      return grouped({
        what: 'payments',
        from: 'account_payment p left join account_move m on m.id = p.move_id',
        by: [plain('type', 'p.payment_type'), plain('state', of('state')), company(of('company_id'))],
        totals: [NUMBER, total('p.amount')],
      });
    },
  ),
  documents({
    id: 'reconciliations',
    title: 'Reconciliations',
    means: 'Which payment settles which invoice has changed: what was paid is open again, or the other way round.',
    module: 'account',
    table: 'account_partial_reconcile',
    what: 'reconciliations',
    by: ['company_id'],
    sums: { amount: ['Total', 'amount'] },
  }),
  documents({
    id: 'bank-lines',
    title: 'Lines of bank statements',
    means: 'Lines that the bank sent came, went or changed.',
    module: 'account',
    table: 'account_bank_statement_line',
    what: 'bank statement lines',
    by: ['company_id', 'journal_id', 'is_reconciled'],
    sums: { amount: ['Total', 'amount'] },
  }),
  documents({
    id: 'analytic-lines',
    title: 'Analytic lines and timesheets',
    means: 'Hours or costs that were booked on projects came, went or changed.',
    module: 'analytic',
    table: 'account_analytic_line',
    what: 'analytic lines',
    by: ['company_id'],
    sums: { amount: ['Total', 'amount'], unit_amount: ['Hours or quantity', 'quantity'] },
  }),
  invariant(
    {
      id: 'taxes',
      title: 'Taxes and their rates',
      means: 'A tax has another rate, or is not there any more: the next invoice would be wrong.',
      module: 'account',
      needs: { account_tax: ['amount', 'amount_type', 'type_tax_use', 'active', 'name'] },
      fresh: 'allowed',
    },
    (columns) =>
      `select t.id::text as key, concat_ws(' ', 'Tax', ${textOf(columns, 'account_tax', 'name', 't')}, 'of company', t.company_id) as says,
              'text' as unit, concat_ws(' ', t.type_tax_use, t.amount_type, trim(trailing '.' from trim(trailing '0' from t.amount::numeric(20, 6)::text)),
                                        case when t.active then 'in use' else 'archived' end) as value
         from account_tax t`,
  ),
];
