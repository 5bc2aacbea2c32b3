import type { Secret } from '../domain/secret.ts';

/** A statement of ours, with parameters. */
export interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** A line of its own in what `schema` gives: rows go in there, tables stand before it, indexes and keys after it. */
export const ROWS_GO_HERE = '-- slipway: rows go in here';

/** A database that data is taken from or put into; the address holds the password. */
export interface DatabaseAddress {
  /** `postgresql://user:password@host:port/database`, or with `?host=/socket/folder`. */
  readonly url: Secret;
}

/**
 * One moment of a live database, held for as long as the session is open (REPEATABLE READ, exported snapshot): every answer
 * belongs to the same moment, and nothing is locked against writers.
 */
export interface ExportSession {
  readonly takenAt: string;
  query(statement: Statement): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Run on each exporting connection before its next COPY, in addition to the session's own: a plan is made from what `query` answered. */
  prepare(statements: readonly Statement[]): void;
  /** What `restoreSchema` and `finish` take: the schema of that moment as SQL, without owners and rights. */
  schema(): Promise<Buffer>;
  /** COPY (select) TO STDOUT in text format, on one of `workers` connections that share the moment. `session` statements ran first. A chunk is the caller's until it asks for the next one. */
  copyOut(select: string): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

export interface SequenceState {
  readonly name: string;
  readonly last: string;
  readonly called: boolean;
}

/** Safe to repeat. Failures: database-unreachable (retry), database-refused, disk-full, tools-missing. */
export interface DatabaseCopier {
  open(
    from: DatabaseAddress,
    options: { readonly workers: number; readonly session: readonly Statement[]; readonly signal: AbortSignal },
  ): Promise<ExportSession>;
  /** `server_version_num`, e.g. 170011. */
  serverVersion(at: DatabaseAddress): Promise<number>;
  /** Tables, types, functions: into a database that is empty, or holds what a restore left that did not `finish`: that is removed first. */
  restoreSchema(to: DatabaseAddress, schema: Buffer, signal: AbortSignal): Promise<void>;
  /** One transaction: the table is emptied, then filled. Answers how many rows. */
  copyIn(
    to: DatabaseAddress,
    table: { readonly name: string; readonly columns: readonly string[] },
    rows: AsyncIterable<Buffer>,
  ): Promise<number>;
  /** Sequences, indexes, constraints, triggers, `analyze`. Nothing to do when it was done; after a failure begin again at `restoreSchema`. */
  finish(to: DatabaseAddress, schema: Buffer, sequences: readonly SequenceState[], signal: AbortSignal): Promise<void>;
}
