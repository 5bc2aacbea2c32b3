import type { MeasuredInvariant } from '@slipway/contracts/invariants-views';
import type { SqlSession } from '../../ports/sql-databases.ts';
import type { Columns, Needs } from '../neutralise/columns.ts';

/** One row per figure: `key`, `says` (what it is of), `unit`, `value` (text). */
export type FigureRow = Readonly<Record<string, unknown>>;

/** Something that an update of modules has no business to change. */
export interface Invariant extends Pick<MeasuredInvariant, 'id' | 'title' | 'means' | 'compare' | 'within' | 'fresh'> {
  /** The module that brings it, for whoever wonders why it was not asked. */
  readonly module: string;
  /** Without these there is nothing to ask: the module is not installed, or its tables are those of another series. */
  readonly needs: Needs;
  /** Tables that the question differs by, where they are there. */
  readonly looks?: readonly string[];
  readonly rows: (session: SqlSession, columns: Columns) => Promise<readonly FigureRow[]>;
}

type Given = Pick<Invariant, 'id' | 'title' | 'means' | 'module' | 'needs'> &
  Partial<Pick<Invariant, 'compare' | 'within' | 'fresh' | 'looks'>>;

const DEFAULTS = { compare: 'equal', within: '0', fresh: 'breaks' } as const;

/** One that is asked in several statements. */
export const asked = (given: Given, rows: Invariant['rows']): Invariant => ({ ...DEFAULTS, ...given, rows });

/** One that is one statement. */
export const invariant = (given: Given, text: (columns: Columns) => string): Invariant =>
  asked(given, async (session, columns) => (await session.run({ text: text(columns), parameters: [] })).rows);

export const has = (columns: Columns, table: string, column: string): boolean =>
  columns.get(table)?.has(column) ?? false;

/** A name that may be translated, which is jsonb since Odoo 16. */
export const textOf = (columns: Columns, table: string, column: string, alias: string): string =>
  columns.get(table)?.get(column)?.type === 'jsonb'
    ? `coalesce(${alias}.${column}->>'en_US', (select min(v.value) from jsonb_each_text(${alias}.${column}) v))`
    : `${alias}.${column}::text`;
