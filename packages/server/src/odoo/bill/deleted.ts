import { quoteName } from '../../domain/quote.ts';
import type { Statement } from '../../ports/database-copy.ts';
import type { SqlSession } from '../../ports/sql-databases.ts';
import type { Target } from './catalog.ts';

/** Ids are compared in buckets of so many: a database has millions, and hardly one is deleted. */
const BUCKET = 5000;
const PRINT = `count(*)::text as number, coalesce(sum(t.id), 0)::text as sum, coalesce(sum(hashint8(t.id::bigint)), 0)::text as hash`;

/** Ids that the former database has and the present one has no more. */
export const deletedIds = async (
  current: SqlSession,
  former: SqlSession,
  target: Target,
): Promise<readonly string[]> => {
  const from = `from ${quoteName(target.table)} t where ${target.where}`;
  const [then] = (await former.run({ text: `select max(t.id)::text as last, ${PRINT} ${from}`, parameters: [] })).rows;
  const last = then?.['last'];
  if (typeof last !== 'string') return [];
  // What came since has higher ids.
  const [now] = (await current.run({ text: `select ${PRINT} ${from} and t.id <= $1`, parameters: [last] })).rows;
  if (printOf(then) === printOf(now)) return [];
  const buckets: Statement = {
    text: `select (t.id / ${BUCKET})::text as bucket, ${PRINT} ${from} and t.id <= $1 group by 1`,
    parameters: [last],
  };
  const present = new Map((await current.run(buckets)).rows.map((row) => [String(row['bucket']), printOf(row)]));
  const differing = (await former.run(buckets)).rows.filter(
    (row) => present.get(String(row['bucket'])) !== printOf(row),
  );
  return missingIn(
    current,
    former,
    from,
    differing.map((row) => String(row['bucket'])),
  );
};

const missingIn = async (
  current: SqlSession,
  former: SqlSession,
  from: string,
  buckets: readonly string[],
): Promise<readonly string[]> => {
  const ids: Statement = {
    text: `select t.id::text as id ${from} and (t.id / ${BUCKET}) = any($1::bigint[]) order by t.id`,
    parameters: [buckets],
  };
  const left = new Set((await current.run(ids)).rows.map(({ id }) => String(id)));
  return (await former.run(ids)).rows.map(({ id }) => String(id)).filter((id) => !left.has(id));
};

const printOf = (row: Readonly<Record<string, unknown>> | undefined): string =>
  `${row?.['number']} ${row?.['sum']} ${row?.['hash']}`;
