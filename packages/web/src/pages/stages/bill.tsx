import type { BillDocument, RollbackBill } from '@slipway/contracts/rollback-views';
import type { ReactNode } from 'react';
import { Ago } from '../../ui/time.tsx';
import '../promotions/promotions.css';

const SHOWN_KINDS = new Set(['business', 'other']);

const sumWords = (bill: RollbackBill): string => {
  const counted = bill.documents.filter(({ kind }) => SHOWN_KINDS.has(kind));
  const sum = (of: (one: BillDocument) => number): number => counted.reduce((all, one) => all + of(one), 0);
  const parts = [
    `${sum(({ created }) => created)} new`,
    `${sum(({ changed }) => changed)} changed`,
    ...(bill.former === null ? [] : [`${sum(({ deleted }) => deleted ?? 0)} deleted`]),
  ];
  return `${parts.join(', ')} records that people made`;
};

/** What going back would lose: document by document, with names and sums, so that somebody can enter them again. */
export const Bill = ({ bill }: { readonly bill: RollbackBill }): ReactNode => {
  const shown = bill.documents.filter(({ kind }) => SHOWN_KINDS.has(kind));
  return (
    <>
      <p>
        <strong>{sumWords(bill)}</strong> since <Ago at={bill.since} /> would be lost or undone.
      </p>
      {shown.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
        <section className="bill" tabIndex={0} aria-label="What would be lost">
          {shown.map((one) => (
            <Document key={one.model} one={one} />
          ))}
        </section>
      )}
      {bill.unread.length > 0 && (
        <p className="note warn foreign">
          Could not be read, so nothing is known of:{' '}
          {bill.unread.map(({ model, why }) => `${model} (${why})`).join('; ')}
        </p>
      )}
    </>
  );
};

const Document = ({ one }: { readonly one: BillDocument }): ReactNode => (
  <details>
    <summary>
      <span className="foreign">{one.title}</span>{' '}
      <span className="quiet">
        {one.created} new, {one.changed} changed{one.deleted === null ? '' : `, ${one.deleted} deleted`}
        {one.totals.map(({ currency, amount }) => ` · ${amount} ${currency ?? ''}`).join('')}
      </span>
    </summary>
    <table className="table folds">
      <thead>
        <tr>
          <th>Record</th>
          <th>What</th>
          <th>Who</th>
          <th>When</th>
          <th className="number">Amount</th>
        </tr>
      </thead>
      <tbody>
        {one.rows.map((row) => (
          <tr key={`${row.what} ${row.id}`}>
            <td data-label="Record" className="foreign">
              {row.name ?? row.id}
            </td>
            <td data-label="What">{row.what}</td>
            <td data-label="Who" className="foreign">
              {row.who ?? ''}
            </td>
            <td data-label="When">{row.at !== null && <Ago at={row.at} />}</td>
            <td data-label="Amount" className="number">
              {row.amount === null ? '' : `${row.amount} ${row.currency ?? ''}`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    {one.created + one.changed + (one.deleted ?? 0) > one.rows.length && (
      <p className="quiet">
        {one.rows.length} of {one.created + one.changed + (one.deleted ?? 0)} are listed.{' '}
        <code>slipway rollback --dry-run --csv</code> has them for a spreadsheet.
      </p>
    )}
  </details>
);
