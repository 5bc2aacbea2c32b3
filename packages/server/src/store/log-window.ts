import type { LogLevel, LogWindowView } from '@slipway/contracts/log-window-views';
import { LOG_LEVELS } from '@slipway/contracts/log-window-views';
import { type Queryable, query, queryOne } from './queryable.ts';

export interface LogWindow {
  readonly from: number;
  readonly limit: number;
  readonly search: string | null;
  readonly level: LogLevel | null;
}

/** The first line is found in the index alone; nothing before it is read. */
const ALL = `
  select $3 + row_number() over (order by sequence) as number, $3 + row_number() over (order by sequence) as place,
    sequence, at, stream, line as text
  from ops.log_lines where run = $1
    and sequence >= (select sequence from ops.log_lines where run = $1 order by sequence limit 1 offset $3)
  order by sequence limit $2`;

/** From the least: a level's number is its place here, counted from 1. */
const FROM_LEAST = LOG_LEVELS.toReversed().map((level) => level.toUpperCase());
const BELOW_ALL = 8;

/**
 * The level that a line names, as `odoo/log-records.ts` reads it: after the time, 23 characters, comes the process, then the level. Not by
 * that file's expression: PostgreSQL takes four times as long for it, and a log has a hundred thousand lines.
 */
const OWN = `case when $3::int is not null and line like '____-__-__ __:__:__,___ %' then sequence * ${BELOW_ALL}
  + array_position(array['${FROM_LEAST.join("', '")}'], split_part(substr(line, 25, 32), ' ', 2)) end`;

/** What people see of a line is without its colours. */
const HAS = `$2::text is null or strpos(lower(line), lower($2)) > 0
  or (strpos(line, chr(27)) > 0 and strpos(lower(regexp_replace(line, '\\x1b\\[[0-9;]*m', '', 'g')), lower($2)) > 0)`;

/**
 * A line without a level of its own, such as a traceback's, has that of the one before it in its stream: sequence and level make one
 * number, of which the highest so far is the last one named. Texts are read for what is answered only.
 */
const SIEVE = `
  with lines as (
    select sequence, stream, row_number() over (order by sequence) as number, ${OWN} as own, (${HAS}) as has
    from ops.log_lines where run = $1),
  leveled as (select *, max(own) over (partition by stream order by sequence) % ${BELOW_ALL} as level from lines),
  fitting as (
    select sequence, number, has, row_number() over (order by sequence) as place
    from leveled where $3::int is null or level >= $3),
  found as (select * from fitting where has),
  part as (select * from found order by sequence limit $4 offset $5)
  select (select count(*) from found) as total, coalesce((
    select json_agg(json_build_object('number', number, 'place', place, 'sequence', sequence, 'at', at, 'stream', stream, 'text', line)
      order by sequence)
    from part join ops.log_lines using (sequence)), '[]') as lines`;

/** Lines of a run by their place; with `search` or `level` by their place among those that fit. */
export const readLogWindow = async (db: Queryable, run: string, window: LogWindow): Promise<LogWindowView> => {
  const { from, limit, search, level } = window;
  if (search === null && level === null) {
    const lines = await query<LogWindowView['lines'][number]>(db, ALL, [run, limit, from]);
    const all = await queryOne<{ n: number }>(db, 'select count(*) as n from ops.log_lines where run = $1', [run]);
    return { total: all?.n ?? 0, lines };
  }
  const least = level === null ? null : LOG_LEVELS.length - LOG_LEVELS.indexOf(level);
  const storable = search?.replaceAll('\0', '') ?? null;
  const found = await queryOne<LogWindowView>(db, SIEVE, [run, storable, least, limit, from]);
  if (found === null) return { total: 0, lines: [] };
  return { total: found.total, lines: found.lines.map((line) => ({ ...line, at: new Date(line.at).toISOString() })) };
};
