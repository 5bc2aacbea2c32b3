import { Failure } from '@slipway/contracts/failure';
import type { OwnInvariant } from '@slipway/contracts/invariants-config';
import type { MeasuredInvariant } from '@slipway/contracts/invariants-views';
import type { SqlSession } from '../../ports/sql-databases.ts';
import type { FigureRow } from './invariant.ts';

const ROWS = 1000;
const SECONDS = 30;

export const headOf = ({
  name,
  means,
  compare,
  within,
}: OwnInvariant): Omit<MeasuredInvariant, 'state' | 'why' | 'figures'> => ({
  id: `own/${name}`,
  title: name,
  means: means ?? 'A figure of the project’s own (slipway.yaml, `invariants`) has changed.',
  own: true,
  compare,
  within: within.toFixed(9),
  fresh: 'breaks',
});

/**
 * One statement that reads: inside a SELECT of ours neither `commit` nor `set` is a statement, and the parameter makes PostgreSQL
 * refuse a second one. The transaction is read-only besides, and the role is the environment's own. Failure: database-refused.
 */
export const ownRows = async (session: SqlSession, { sql }: OwnInvariant): Promise<readonly FigureRow[]> => {
  const text = sql.trim().replace(/;\s*$/, '');
  const limited = { text: `set local statement_timeout = '${SECONDS}s'`, parameters: [] };
  await session.run(limited);
  const { rows } = await session.run({ text: asTexts(text), parameters: [ROWS + 1] });
  if (rows.length > ROWS) throw new Failure('database-refused', { reason: `more than ${ROWS} rows: group them` });
  const counted = new Map<string, number>();
  return rows.map((row) => {
    const values = (row['figures'] as readonly (string | null)[]).map((value) => value ?? '');
    const value = values.at(-1) ?? '';
    const of = values.slice(0, -1).join(' / ');
    const seen = (counted.get(of) ?? 0) + 1;
    counted.set(of, seen);
    // Rows that say the same of themselves are told apart by their order.
    const key = seen === 1 ? of : `${of} #${seen}`;
    return { key, says: key, unit: /^-?\d+(\.\d+)?$/.test(value) ? 'quantity' : 'text', value };
  });
};

/** Every column as PostgreSQL writes it, in the order of the SELECT: the driver would make floats and local times of some. */
const asTexts = (select: string): string =>
  `select (select json_agg(e.value order by e.place) from json_each_text(row_to_json(own)) with ordinality e(name, value, place)) as figures
     from (\n${select}\n) as own limit $1::bigint`;
