/** The verbs about business figures, as api-verbs.test.ts tries each verb. */
import type { Figures } from '@slipway/contracts/invariants-views';
import type { ApiCase } from './api-case.ts';

export const figures: Figures = {
  format: 1,
  subject: 'shop/staging',
  takenAt: '2026-03-01T10:00:00.000Z',
  invariants: [
    {
      ...{
        id: 'receivable-payable',
        title: 'Receivables and payables',
        means: 'Customers owe another sum.',
        own: false,
      },
      ...{ compare: 'equal', within: '0', fresh: 'breaks', state: 'measured', why: null },
      figures: [{ key: '1', of: 'Receivable total of company 1 (My Company)', unit: 'amount', value: '12340.5' }],
    },
    {
      ...{ id: 'payslips', title: 'Payslips', means: 'Payslips came or went.', own: false },
      ...{
        compare: 'equal',
        within: '0',
        fresh: 'breaks',
        state: 'absent',
        why: 'there is no table hr_payslip',
        figures: [],
      },
    },
  ],
};

export const FIGURES_CASES: readonly ApiCase[] = [
  {
    path: 'invariants measure',
    words: ['shop/staging'],
    replies: { measureInvariants: () => figures },
    view: figures,
    reads: 'Receivable total of company 1 (My Company)  12 340.50',
  },
];
