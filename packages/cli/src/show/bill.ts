import { readable } from '@slipway/contracts/decimal';
import { type BillDocument, type BillRow, billSums, type RollbackBill } from '@slipway/contracts/rollback-views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { type Column, table } from '../output/table.ts';

/** Of each document; the rest is in the CSV and the JSON. */
const SHOWN = 10;

/** What going back would lose, for somebody who has to decide in a minute. */
export const showBill = (bill: RollbackBill, screen: Screen): string => {
  const listed = bill.documents.filter(({ kind }) => kind === 'business' || kind === 'other');
  const silent = bill.documents.filter(({ kind }) => kind === 'part' || kind === 'technical');
  const unread = bill.unread.map(
    ({ model, why }) => `${screen.warn} Nothing is known of ${printable(model)}: ${printable(why)}.`,
  );
  return [
    headOf(bill, screen),
    ...(listed.length === 0 ? [] : ['', summary(listed, screen)]),
    ...listed.filter(({ rows }) => rows.length > 0).map((one) => `\n${rowsText(one, screen)}`),
    ...(silent.length === 0 ? [] : ['', silentText(silent)]),
    ...(unread.length === 0 ? [] : ['', ...unread]),
  ].join('\n');
};

const headOf = (bill: RollbackBill, screen: Screen): string => {
  const { created, changed, deleted } = billSums(bill);
  const since = `since ${printable(bill.since)}`;
  const known = bill.former === null ? 'What was deleted is not known: the former database is not there.' : null;
  const lines =
    created + changed + deleted === 0
      ? [`${screen.ok} Going back would lose no record that people made ${since}.`]
      : [
          `${screen.warn} Going back would lose ${created} created records and undo ${changed} changed and ${deleted} deleted ones ${since}.`,
        ];
  return [...lines, ...(known === null ? [] : [known])].join('\n');
};

const summary = (documents: readonly BillDocument[], screen: Screen): string => {
  const columns: Column[] = [
    { title: 'DOCUMENT', elastic: true },
    { title: 'CREATED', right: true },
    { title: 'CHANGED', right: true },
    { title: 'DELETED', right: true },
    { title: 'CREATED COME TO', right: true },
  ];
  return table(
    screen,
    columns,
    documents.map((one) => [
      one.title,
      String(one.created),
      String(one.changed),
      one.deleted === null ? '?' : String(one.deleted),
      one.totals.map(({ amount, currency }) => money(amount, currency)).join(', '),
    ]),
  );
};

const money = (amount: string, currency: string | null): string =>
  `${readable(amount, 2)}${currency === null ? '' : ` ${currency}`}`;

const rowsText = ({ title, rows, created, changed, deleted }: BillDocument, screen: Screen): string => {
  const shown = rows.slice(0, SHOWN);
  const more = created + changed + (deleted ?? 0) - shown.length;
  const columns: Column[] = [
    { title: 'ID', right: true },
    { title: 'NAME', elastic: true },
    { title: 'WHAT' },
    { title: 'WHO' },
    { title: 'WHEN' },
    { title: 'AMOUNT', right: true },
  ];
  const body = table(screen, columns, shown.map(cells));
  return [
    screen.paint('bold', printable(title)),
    body,
    ...(more > 0 ? [`and ${more} more (\`slipway rollback --dry-run --csv\` lists them)`] : []),
  ].join('\n');
};

const cells = ({ id, name, what, who, at, amount, currency }: BillRow): string[] => [
  id,
  name ?? '',
  what,
  personOf(who),
  at ?? '',
  amount === null ? '' : money(amount, currency),
];

/** The user that Odoo itself works as. */
const personOf = (who: string | null): string => (who === '__system__' ? 'Odoo itself' : (who ?? ''));

const silentText = (documents: readonly BillDocument[]): string => {
  const count = (kind: BillDocument['kind']): number =>
    documents
      .filter((one) => one.kind === kind)
      .reduce((sum, one) => sum + one.created + one.changed + (one.deleted ?? 0), 0);
  return `Beside them, ${count('part')} lines and parts of documents, and ${count('technical')} technical records.`;
};

const HEAD = ['document', 'model', 'id', 'name', 'what', 'who', 'at', 'amount', 'currency'];

/** One file for a spreadsheet, RFC 4180. Amounts have a point and no spaces; what is counted only is one line that says so. */
export const billAsCsv = ({ documents }: RollbackBill): string =>
  [HEAD, ...documents.flatMap(linesOf)].map((line) => `${line.map(field).join(',')}\r\n`).join('');

const linesOf = (one: BillDocument): string[][] => [
  ...one.rows.map((row) => [
    ...[one.title, one.model, row.id, row.name ?? '', row.what, personOf(row.who), row.at ?? ''],
    ...[row.amount ?? '', row.currency ?? ''],
  ]),
  ...(['created', 'changed', 'deleted'] as const).flatMap((what) => {
    const left = (one[what] ?? 0) - one.rows.filter((row) => row.what === what).length;
    return left > 0 ? [[one.title, one.model, '', `${left} not listed`, what, '', '', '', '']] : [];
  }),
];

/** A spreadsheet computes what begins like a formula: a customer's name is text. A number stays one. */
const field = (text: string): string => {
  const inert = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
};
