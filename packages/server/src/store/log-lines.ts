import type { LogStream } from '../domain/log.ts';
import { json, type Queryable, query } from './queryable.ts';

/** A line of what people watch while a run works. `sequence` orders all lines and is what a reader continues from. */
export interface StoredLine {
  readonly sequence: number;
  /** ISO 8601. */
  readonly at: string;
  readonly stream: LogStream;
  readonly text: string;
}

export interface NewLine {
  readonly at: string;
  readonly stream: LogStream;
  readonly text: string;
}

const COLUMNS = 'sequence, at, stream, line as text';

/** PostgreSQL keeps no NUL in text; tools that print one mean nothing by it. */
const storable = (line: NewLine): NewLine => ({ ...line, text: line.text.replaceAll('\0', '') });

/** Keeps a batch, in its order, and tells `slipway_logs` (payload: the run). Lines of a run that is gone are dropped. */
export const appendLogLines = async (db: Queryable, run: string, lines: readonly NewLine[]): Promise<void> => {
  if (lines.length === 0) return;
  await query(
    db,
    `with added as (
       insert into ops.log_lines (run, at, stream, line)
       select r.id, l.at, l.stream, l.text
       from ops.runs r, rows from (jsonb_to_recordset($2::jsonb) as (at timestamptz, stream text, text text)) with ordinality
         as l (at, stream, text, place)
       where r.id = $1 order by l.place returning 1
     )
     select pg_notify('slipway_logs', $1) where exists (select from added)`,
    [run, json(lines.map(storable))],
  );
};

/** Lines after `since` (0 = from the beginning), oldest first. */
export const readLogLines = (
  db: Queryable,
  run: string,
  options: { readonly since?: number; readonly limit?: number } = {},
): Promise<StoredLine[]> =>
  query(db, `select ${COLUMNS} from ops.log_lines where run = $1 and sequence > $2 order by sequence limit $3`, [
    run,
    options.since ?? 0,
    options.limit ?? 5000,
  ]);

/** The last lines, oldest first. */
export const tailLogLines = async (db: Queryable, run: string, count: number): Promise<StoredLine[]> =>
  (
    await query<StoredLine>(db, `select ${COLUMNS} from ops.log_lines where run = $1 order by sequence desc limit $2`, [
      run,
      count,
    ])
  ).reverse();

/** Removes at most `limit` lines of runs that ended before `before` (ISO 8601): their logs are in the evidence. Answers how many. */
export const pruneLogLines = async (db: Queryable, before: string, limit: number): Promise<number> => {
  const [row] = await query<{ gone: number }>(
    db,
    `with gone as (
       delete from ops.log_lines where sequence in (
         select l.sequence from ops.log_lines l join ops.runs r on r.id = l.run where r.finished_at < $1 limit $2
       ) returning 1
     )
     select count(*) as gone from gone`,
    [before, limit],
  );
  return row?.gone ?? 0;
};

/** The last lines before `before`, oldest first. */
export const readLogLinesBefore = async (
  db: Queryable,
  run: string,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<StoredLine[]> =>
  (
    await query<StoredLine>(
      db,
      `select ${COLUMNS} from ops.log_lines where run = $1 and sequence < $2 order by sequence desc limit $3`,
      [run, before, limit],
    )
  ).reverse();
