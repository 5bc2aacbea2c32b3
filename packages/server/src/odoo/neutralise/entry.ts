import type { Statement } from '../../ports/database-copy.ts';
import type { Columns, Needs } from './columns.ts';
import type { Identity } from './identity.ts';

/** `always`: true for as long as the environment lives. `on-arrival`: what came along with the data goes once; people may make new ones. */
export type Holds = 'always' | 'on-arrival';

export interface Given {
  readonly columns: Columns;
  /** Null: a database that is nobody's environment. */
  readonly identity: Identity | null;
}

/** One question whose answer must be no row. A row has one column, `what`: which record, never its content. */
export interface Check {
  readonly id: string;
  /** What it means when there is a row. */
  readonly meaning: string;
  readonly mend: string;
  readonly holds: Holds;
  /** `tell`: a person should know it, and nothing is refused for it. */
  readonly severity: 'refuse' | 'tell';
  readonly needs: Needs;
  /** Null: nothing to ask here, such as an identity that is not known. */
  readonly query: (given: Given) => Statement | null;
}

/** One thing that is switched off, and the question whether it is. */
export interface Entry {
  readonly id: string;
  readonly why: string;
  readonly holds: Holds;
  /** Tables and columns without which there is nothing to do: another series, or a module that is not installed. */
  readonly needs: Needs;
  readonly statements: (given: Given & { readonly identity: Identity }) => readonly Statement[];
  readonly check: Check['query'];
}

export const sql = (text: string, ...parameters: readonly unknown[]): Statement => ({ text, parameters });

export const applies = ({ needs }: { readonly needs: Needs }, columns: Columns): boolean =>
  Object.entries(needs).every(([table, names]) => {
    const found = columns.get(table);
    return found !== undefined && names.every((name) => found.has(name));
  });

export const asCheck = (entry: Entry): Check => ({
  id: entry.id,
  meaning: entry.why,
  mend: 'Neutralise again: refresh staging, or `slipway preview rebuild`.',
  holds: entry.holds,
  severity: 'refuse',
  needs: entry.needs,
  query: entry.check,
});
