import type { LogStream } from '../domain/log.ts';
import type { Queryable } from './queryable.ts';

export interface NewLine {
  readonly at: Date;
  readonly stream: LogStream;
  readonly line: string;
}

export interface StoredLine extends NewLine {
  readonly sequence: number;
}

/** PostgreSQL's text holds no NUL; a program's output may. */
const clean = (line: string): string => line.replaceAll('\0', '');

export const appendLogLines = async (db: Queryable, run: string, lines: readonly NewLine[]): Promise<void> => {
  await db.query(
    `insert into ops.log_lines (run, at, stream, line) select $1, * from unnest($2::timestamptz[], $3::text[], $4::text[])`,
    [run, lines.map((one) => one.at), lines.map((one) => one.stream), lines.map((one) => clean(one.line))],
  );
};

export const readLogLines = async (db: Queryable, run: string, page: { readonly after: number; readonly limit: number }): Promise<StoredLine[]> => {
  const { rows } = await db.query(
    'select sequence, at, stream, line from ops.log_lines where run = $1 and sequence > $2 order by sequence limit $3',
    [run, page.after, page.limit],
  );
  return rows.map((row) => ({ ...row, sequence: Number(row['sequence']) }) as StoredLine);
};

export const tailLogLines = async (db: Queryable, run: string, count: number): Promise<string[]> => {
  const { rows } = await db.query('select line from ops.log_lines where run = $1 order by sequence desc limit $2', [run, count]);
  return rows.map((row) => row['line'] as string).reverse();
};
