import type { MaskingPlan } from '../../domain/masking.ts';

/** A column as it was when somebody last looked at the report. */
export interface ReviewedColumn {
  readonly table: string;
  readonly column: string;
  readonly class: string;
  readonly rule: string;
}

export interface Drift {
  readonly added: readonly ReviewedColumn[];
  readonly removed: readonly ReviewedColumn[];
  readonly changed: readonly { readonly before: ReviewedColumn; readonly now: ReviewedColumn }[];
}

/** What is kept of a reviewed run: every column with the rule that decided on it. */
export const reviewedColumns = (plan: MaskingPlan): readonly ReviewedColumn[] =>
  plan.tables.flatMap(({ table, action, columns }) =>
    columns.map((one) => ({
      table,
      column: one.column,
      class: one.class,
      rule: action === 'empty' ? 'left-out' : one.rule,
    })),
  );

/** For the gate: whether what was reviewed is what is there now. */
export const driftAgainst = (reviewed: readonly ReviewedColumn[], now: readonly ReviewedColumn[]): Drift => {
  const before = new Map(reviewed.map((one) => [placeOf(one), one]));
  const after = new Map(now.map((one) => [placeOf(one), one]));
  return {
    added: now.filter((one) => !before.has(placeOf(one))),
    removed: reviewed.filter((one) => !after.has(placeOf(one))),
    changed: now.flatMap((one) => {
      const old = before.get(placeOf(one));
      return old !== undefined && lineOf(old) !== lineOf(one) ? [{ before: old, now: one }] : [];
    }),
  };
};

const placeOf = (one: ReviewedColumn): string => `${one.table}.${one.column}`;
const lineOf = (one: ReviewedColumn): string => `${placeOf(one)} ${one.class} ${one.rule}`;
