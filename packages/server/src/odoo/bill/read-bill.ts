import { Failure } from '@slipway/contracts/failure';
import type { BillDocument, BillRow } from '@slipway/contracts/rollback-views';
import type { SqlSession } from '../../ports/sql-databases.ts';
import { readTargets, type Target } from './catalog.ts';
import { deletedIds } from './deleted.ts';
import { countStatement, formerStatement, readRows, readTotals, rowsStatement, totalsStatement } from './rows.ts';

export interface Bill {
  readonly documents: readonly BillDocument[];
  readonly unread: readonly { readonly model: string; readonly why: string }[];
}

interface Asked {
  readonly database: string;
  /** ISO time of the switch. */
  readonly since: string;
  /** Rows listed of each document. */
  readonly listed: number;
  /** For one statement on one table. */
  readonly seconds: number;
}

/**
 * What came, changed or went since a moment. Each session is one moment of its database. A table that cannot be read in time is
 * named, and the others are read all the same.
 */
export const readBill = async (current: SqlSession, former: SqlSession | null, asked: Asked): Promise<Bill> => {
  const both = former === null ? [current] : [current, former];
  const timeout = { text: `set local statement_timeout = ${Math.round(asked.seconds) * 1000}`, parameters: [] };
  for (const session of both) await session.run(timeout);
  const targets = await readTargets(current, asked.database);
  const before = former === null ? [] : await readTargets(former, asked.database);
  const documents: BillDocument[] = [];
  const unread: { model: string; why: string }[] = [];
  for (const target of targets) {
    const then = before.find(({ table, where }) => table === target.table && where === target.where) ?? null;
    const read = await apart(both, () =>
      readDocument(current, former === null ? null : { session: former, target: then }, target, asked),
    );
    if ('why' in read) unread.push({ model: target.model, why: read.why });
    else if (read.created + read.changed + (read.deleted ?? 0) > 0) documents.push(read);
  }
  return { documents, unread };
};

/** Under savepoints, so that what one table could not answer ends neither transaction. */
const apart = async <T extends object>(
  sessions: readonly SqlSession[],
  work: () => Promise<T>,
): Promise<T | { readonly why: string }> => {
  const each = async (text: string): Promise<void> => {
    for (const session of sessions) await session.run({ text, parameters: [] });
  };
  await each('savepoint document');
  const result = await work().catch((error: unknown) => {
    if (!(error instanceof Failure) || error.code !== 'database-refused') throw error;
    return { why: String(error.facts['reason']) };
  });
  await each('rollback to savepoint document');
  await each('release savepoint document');
  return result;
};

interface Former {
  readonly session: SqlSession;
  /** Null: it has no such table, so nothing of it can have gone. */
  readonly target: Target | null;
}

const readDocument = async (
  current: SqlSession,
  former: Former | null,
  target: Target,
  { since, listed }: Asked,
): Promise<BillDocument> => {
  const [counts] = (await current.run(countStatement(target, since))).rows;
  const created = Number(counts?.['created']);
  const changed = Number(counts?.['changed']);
  const gone =
    former === null || target.kind === 'technical' ? null : await readDeleted(current, former, target, listed);
  const rows =
    target.listed && created + changed > 0
      ? readRows((await current.run(rowsStatement(target, since, listed))).rows)
      : [];
  const totals =
    target.amount !== null && created > 0 ? readTotals((await current.run(totalsStatement(target, since))).rows) : [];
  const { model, title, kind } = target;
  return {
    model,
    title,
    kind,
    created,
    changed,
    deleted: gone?.number ?? null,
    totals,
    rows: [...rows, ...(gone?.rows ?? [])],
  };
};

const readDeleted = async (
  current: SqlSession,
  { session, target: then }: Former,
  target: Target,
  listed: number,
): Promise<{ readonly number: number; readonly rows: readonly BillRow[] }> => {
  if (then === null) return { number: 0, rows: [] };
  const ids = await deletedIds(current, session, target);
  if (ids.length === 0 || !target.listed) return { number: ids.length, rows: [] };
  return { number: ids.length, rows: readRows((await session.run(formerStatement(then, ids.slice(0, listed)))).rows) };
};
