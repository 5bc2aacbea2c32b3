/** What going back would lose: the records of production that came, changed or went since a moment (X3). */
import { z } from 'zod';

const money = z.object({ currency: z.string().nullable(), amount: z.string() });

export const billRow = z.object({
  id: z.string(),
  /** A number such as S00042, or a name; null: its model has neither. */
  name: z.string().nullable(),
  /** `deleted`: of the former database's rows those that are not there any more; the update may have deleted them too. */
  what: z.enum(['created', 'changed', 'deleted']),
  who: z.string().nullable(),
  at: z.string().nullable(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
});
export type BillRow = z.infer<typeof billRow>;

export const billDocument = z.object({
  model: z.string(),
  /** `Customer invoices`; of a model that Slipway does not know, its name in Odoo. */
  title: z.string(),
  /** `business`: known documents; `other`: of other modules, yours among them; `part`: lines of such documents, and what Odoo derives from them; `technical`. The last two are only counted. */
  kind: z.enum(['business', 'other', 'part', 'technical']),
  created: z.int(),
  changed: z.int(),
  /** Null: there is no former database to compare with, or it was not asked. */
  deleted: z.int().nullable(),
  /** What the created ones come to, by currency. */
  totals: z.array(money),
  /** Some of them; see `listed`. */
  rows: z.array(billRow),
});
export type BillDocument = z.infer<typeof billDocument>;

export const rollbackBillView = z.object({
  project: z.string(),
  database: z.string(),
  /** The database that a rollback would go back to; null: what was deleted is not known. */
  former: z.string().nullable(),
  since: z.string(),
  takenAt: z.string(),
  /** At most so many rows of each document are listed; all are counted. */
  listed: z.int(),
  /** Those with something in them: business first. */
  documents: z.array(billDocument),
  /** Which could not be read, and why: nothing is known of these. */
  unread: z.array(z.object({ model: z.string(), why: z.string() })),
});
export type RollbackBill = z.infer<typeof rollbackBillView>;

/** Over all documents of the kinds that people made. */
export const billSums = ({ documents }: RollbackBill): { created: number; changed: number; deleted: number } => {
  const counted = documents.filter(({ kind }) => kind === 'business' || kind === 'other');
  const sum = (of: (one: BillDocument) => number): number => counted.reduce((all, one) => all + of(one), 0);
  return {
    created: sum((one) => one.created),
    changed: sum((one) => one.changed),
    deleted: sum((one) => one.deleted ?? 0),
  };
};
