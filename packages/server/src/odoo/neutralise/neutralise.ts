import { Failure } from '@slipway/contracts/failure';
import type { SqlSession } from '../../ports/sql-databases.ts';
import { type Columns, columnsQuery, ODOO, readColumns } from './columns.ts';
import { ENTRIES } from './entries.ts';
import { applies, type Entry } from './entry.ts';
import type { Identity } from './identity.ts';
import { type OwnSql, runOwnSql } from './own-sql.ts';

/**
 * `arrival`: data has come from elsewhere, everything goes. `update`: modules were installed or updated, and may have brought
 * scheduled actions. `restart`: the same data under new code. The last two leave alone what people did here.
 */
export type Occasion = 'arrival' | 'update' | 'restart';

export interface Neutralised {
  /** Modules whose own SQL was run. */
  readonly modules: readonly string[];
  /** Rows changed, by entry; those that changed something. */
  readonly changed: Readonly<Record<string, number>>;
  readonly entries: number;
}

/** Switches everything off that could reach the outside; safe to run twice. In one transaction, before any Odoo may connect. */
export const neutralise = async (
  session: SqlSession,
  wish: {
    readonly database: string;
    readonly occasion: Occasion;
    readonly identity: Identity;
    /** Null: no module changed, so Odoo's own need not run again. */
    readonly own: OwnSql | null;
    readonly entries?: readonly Entry[];
  },
): Promise<Neutralised> => {
  const modules = wish.own === null ? [] : await runOwnSql(session, wish.own, wish.database);
  const wanted = (wish.entries ?? ENTRIES).filter(({ holds }) => wish.occasion === 'arrival' || holds === 'always');
  const columns = await askColumns(session, wanted, wish.database);
  const changed: Record<string, number> = {};
  const meant = wanted.filter((entry) => applies(entry, columns));
  const given = { columns, identity: wish.identity };
  const counts = await runTogether(session, meant, given).catch(() => runApart(session, meant, given));
  for (const [place, entry] of meant.entries()) if (counts[place] !== 0) changed[entry.id] = counts[place] as number;
  return { modules, changed, entries: meant.length };
};

interface Given {
  readonly columns: Columns;
  readonly identity: Identity;
}

/** Rows changed, entry by entry. */
const runTogether = async (
  session: SqlSession,
  entries: readonly Entry[],
  given: Given,
): Promise<readonly number[]> => {
  const statements = entries.map((entry) => entry.statements(given));
  const answers = (await session.runAll(statements.flat()))[Symbol.iterator]();
  return statements.map((own) => own.reduce((sum) => sum + (answers.next().value?.count ?? 0), 0));
};

/** Slower, and knows which one it is that cannot be done. */
const runApart = async (session: SqlSession, entries: readonly Entry[], given: Given): Promise<readonly number[]> => {
  const counts: number[] = [];
  for (const entry of entries) counts.push(await runEntry(session, entry, given));
  return counts;
};

export const askColumns = async (
  session: SqlSession,
  all: readonly Pick<Entry, 'needs'>[],
  database: string,
): Promise<Columns> => {
  const columns = readColumns((await session.run(columnsQuery(all))).rows);
  if (!columns.has(ODOO)) throw new Failure('odoo-missing', { database });
  return columns;
};

const runEntry = async (session: SqlSession, entry: Entry, given: Given): Promise<number> => {
  let rows = 0;
  try {
    for (const statement of entry.statements(given)) rows += (await session.run(statement)).count;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'database-refused') throw error;
    throw new Failure('neutralise-failed', { what: entry.id, reason: error.facts['reason'] }, error);
  }
  return rows;
};
