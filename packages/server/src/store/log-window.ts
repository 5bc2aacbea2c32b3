import type { LogLevel, LogWindowView } from '@slipway/contracts/log-window-views';
import { LOG_LEVELS } from '@slipway/contracts/log-window-views';
import { type Queryable, query, queryOne } from './queryable.ts';

export interface LogWindow {
  readonly from: number;
  readonly limit: number;
  readonly search: string | null;
  readonly level: LogLevel | null;
}

/** How a record of Odoo's log begins; as `odoo/log-records.ts` has it. */
const HEAD = '^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3} \\d+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) ';

const ALL = `
  select $3 + row_number() over (order by sequence) as number, * from (
    select sequence, at, stream, line as text from ops.log_lines where run = $1 order by sequence limit $2 offset $3) part
  order by sequence`;

/** A line without a level of its own, such as a traceback's, has that of the one before it. */
const SIEVE = `
  with lines as (
    select row_number() over (order by sequence) as number, sequence, at, stream, line,
      case when $3::text[] is not null then substring(line from '${HEAD}') end as own
    from ops.log_lines where run = $1),
  records as (select *, count(own) over (partition by stream order by sequence) as record from lines),
  found as (
    select number, sequence, at, stream, line as text
    from (select *, max(own) over (partition by stream, record) as level from records) leveled
    where ($2::text is null or strpos(lower(line), lower($2)) > 0) and ($3::text[] is null or level = any($3)))
  select (select count(*) from found) as total,
    coalesce((select json_agg(part order by sequence) from (select * from found order by sequence limit $4 offset $5) part), '[]') as lines`;

/** Lines of a run by their place; with `search` or `level` by their place among those that fit. */
export const readLogWindow = async (db: Queryable, run: string, window: LogWindow): Promise<LogWindowView> => {
  const { from, limit, search, level } = window;
  if (search === null && level === null) {
    const all = await queryOne<{ n: number }>(db, 'select count(*) as n from ops.log_lines where run = $1', [run]);
    const lines = await query<LogWindowView['lines'][number]>(db, ALL, [run, limit, from]);
    return { total: all?.n ?? 0, lines };
  }
  const levels =
    level === null ? null : LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1).map((one) => one.toUpperCase());
  const storable = search?.replaceAll('\0', '') ?? null;
  const found = await queryOne<LogWindowView>(db, SIEVE, [run, storable, levels, limit, from]);
  if (found === null) return { total: 0, lines: [] };
  return { total: found.total, lines: found.lines.map((line) => ({ ...line, at: new Date(line.at).toISOString() })) };
};
