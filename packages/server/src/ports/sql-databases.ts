import type { Secret } from '../domain/secret.ts';
import type { DatabaseAddress, Statement } from './database-copy.ts';

/** Who asks: an environment's own role in its own database, or whoever the address says. */
export type SqlLogin =
  | { readonly database: string; readonly role: string; readonly password: Secret }
  | DatabaseAddress;

export interface SqlAnswer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows read, or rows changed. */
  readonly count: number;
}

export interface SqlSession {
  run(statement: Statement): Promise<SqlAnswer>;
  /** All of them in their order; what one by one would cost is mostly the way there and back. Which one failed, the failure does not say: ask again by `run`. */
  runAll(statements: readonly Statement[]): Promise<readonly SqlAnswer[]>;
  /** Several statements in one text, as a module brings them. One that ends the transaction is refused. */
  script(text: string): Promise<void>;
}

/**
 * One connection, one transaction, with the rights of a login that is not the administrator's: what is run or read there may
 * come from a repository. Failures: database-unreachable (retry), database-refused, disk-full.
 */
export interface SqlDatabases {
  /** All of `work` or nothing. */
  write<T>(login: SqlLogin, work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** Sees one moment, and can change nothing. */
  read<T>(login: SqlLogin, work: (session: SqlSession) => Promise<T>): Promise<T>;
}

/** For a session that has nothing better. */
export const oneByOne =
  (run: SqlSession['run']): SqlSession['runAll'] =>
  async (statements) => {
    const answers: SqlAnswer[] = [];
    for (const statement of statements) answers.push(await run(statement));
    return answers;
  };
