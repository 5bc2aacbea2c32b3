import { quoteName } from '../../../domain/quote.ts';
import { asked, type FigureRow, type Invariant } from '../invariant.ts';

/**
 * Odoo keeps the next number of a `standard` sequence in a sequence of PostgreSQL (`ir_sequence_007`, for a period of time
 * `ir_sequence_007_012`), and that of a gapless one in its row.
 */
const NAMES = `
  select format('ir_sequence_%s', lpad(s.id::text, greatest(3, length(s.id::text)), '0')) as name, s.id::text as key,
         concat_ws(' ', 'Next number of', s.name, '(' || nullif(s.code, '') || ')') as says, s.implementation, s.number_next::text as next
    from ir_sequence s
  union all
  select format('ir_sequence_%s_%s', lpad(s.id::text, greatest(3, length(s.id::text)), '0'), lpad(r.id::text, greatest(3, length(r.id::text)), '0')),
         s.id || '/' || r.id, concat_ws(' ', 'Next number of', s.name, '(' || nullif(s.code, '') || ')', 'from', r.date_from), s.implementation, r.number_next::text
    from ir_sequence_date_range r join ir_sequence s on s.id = r.sequence_id`;

export const sequences: readonly Invariant[] = [
  asked(
    {
      id: 'sequences',
      title: 'Next numbers of sequences',
      means: 'A number would be given a second time: two orders, deliveries or receipts of the same name.',
      module: 'base',
      needs: {
        ir_sequence: ['implementation', 'number_next', 'code', 'name'],
        ir_sequence_date_range: ['sequence_id', 'number_next', 'date_from'],
      },
      compare: 'not-lower',
      fresh: 'allowed',
    },
    async (session) => {
      const all = (await session.run({ text: NAMES, parameters: [] })).rows;
      const counters = await lastNumbers(
        session,
        all.filter(({ implementation }) => implementation === 'standard').map(({ name }) => String(name)),
      );
      return all.map((row): FigureRow => {
        const next = row['implementation'] === 'standard' ? (counters.get(String(row['name'])) ?? '0') : row['next'];
        return { key: row['key'], says: row['says'], unit: 'count', value: next };
      });
    },
  ),
];

/** Of those that are there. Asked of each sequence itself: `pg_sequences` does not tell what one was set to until it is used. */
const lastNumbers = async (
  session: Parameters<Invariant['rows']>[0],
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const there = await session.run({
    text: `select c.relname as name from pg_class c where c.relkind = 'S' and c.relnamespace = 'public'::regnamespace and c.relname = any($1::text[])`,
    parameters: [names],
  });
  const parts = there.rows.map(({ name }) => {
    const quoted = quoteName(String(name));
    return `select '${String(name).replace(/[^a-z0-9_]/g, '')}' as name, (last_value + case when is_called then 1 else 0 end)::text as next from ${quoted}`;
  });
  if (parts.length === 0) return new Map();
  const { rows } = await session.run({ text: parts.join(' union all '), parameters: [] });
  return new Map(rows.map(({ name, next }) => [String(name), String(next)]));
};
