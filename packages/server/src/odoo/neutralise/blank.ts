import { quoteName, quoteText } from '../../domain/quote.ts';
import type { Statement } from '../../ports/database-copy.ts';
import type { Columns } from './columns.ts';
import { type Entry, type Given, type Holds, sql } from './entry.ts';

/** SQL by column: what stands there afterwards. Ours, never a user's text. */
export type Values = Readonly<Record<string, string>>;

interface Wanted {
  readonly table: string;
  readonly set: Values;
  /** SQL condition on the rows that are meant; default: all. */
  readonly where?: string;
}

/** A column that may not be empty takes an empty text where nothing was wanted. */
const valueFor = (columns: Columns, table: string, column: string, value: string): string =>
  value === 'null' && columns.get(table)?.get(column)?.notNull === true ? `''` : value;

const differing = (
  { table, set, where }: Wanted,
  columns: Columns,
): { assignments: string[]; condition: string } | null => {
  const present = Object.entries(set).filter(([column]) => columns.get(table)?.has(column));
  if (present.length === 0) return null;
  const pairs = present.map(([column, value]) => ({ column, value: valueFor(columns, table, column, value) }));
  const wrong = pairs.map(({ column, value }) => `${quoteName(column)} is distinct from ${value}`).join(' or ');
  return {
    assignments: pairs.map(({ column, value }) => `${quoteName(column)} = ${value}`),
    condition: `${where === undefined ? '' : `(${where}) and `}(${wrong})`,
  };
};

export const updateOf = (wanted: Wanted, columns: Columns): Statement[] => {
  const found = differing(wanted, columns);
  if (found === null) return [];
  return [sql(`update ${quoteName(wanted.table)} set ${found.assignments.join(', ')} where ${found.condition}`)];
};

export const leftOf = (wanted: Wanted, columns: Columns): string | null => {
  const found = differing(wanted, columns);
  return found === null ? null : rowsOf(wanted.table, found.condition);
};

/** A query for records by their ids, as a check wants it. */
export const rowsOf = (table: string, condition: string): string =>
  `select ${quoteText(`${table} `)} || id as what from ${quoteName(table)} where ${condition}`;

interface About {
  readonly id: string;
  readonly why: string;
  readonly holds: Holds;
}

/**
 * Rows of one table are brought to given values, and the check asks for rows that differ. `needs` names the columns without
 * which there is nothing to do; of `set`, columns that a series or module does not have are left out.
 */
export const setColumns = (about: About & Wanted & { readonly needs?: readonly string[] }): Entry => ({
  id: about.id,
  why: about.why,
  holds: about.holds,
  needs: { [about.table]: about.needs ?? Object.keys(about.set) },
  statements: ({ columns }) => updateOf(about, columns),
  check: ({ columns }) => {
    const left = leftOf(about, columns);
    return left === null ? null : sql(left);
  },
});

/** Rows go. What refers to them goes or loses them, as its foreign key says. */
export const removeRows = (
  about: About & { readonly table: string; readonly where?: string; readonly needs?: readonly string[] },
): Entry => {
  const condition = about.where ?? 'true';
  return {
    id: about.id,
    why: about.why,
    holds: about.holds,
    needs: { [about.table]: about.needs ?? ['id'] },
    statements: () => [sql(`delete from ${quoteName(about.table)} where ${condition}`)],
    check: () => sql(rowsOf(about.table, condition)),
  };
};

/** Several questions as one. */
export const anyOf = (...queries: readonly (string | null)[]): Statement | null => {
  const asked = queries.filter((query) => query !== null);
  return asked.length === 0 ? null : sql(asked.join(' union all '));
};

export type { Given };
