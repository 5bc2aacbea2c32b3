/** The only file of this driver that talks to PostgreSQL. Utility statements take no parameters: names go through identifiers.ts. */
import { Failure } from '@slipway/contracts/failure';
import pg from 'pg';
import type { Secret } from '../../../domain/secret.ts';

const AWAY = /^(08|57P0[123]|ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|ENOENT|EAI_AGAIN)/;

export const databaseFailure = (error: unknown): unknown => {
  if (error instanceof Failure) return error;
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (AWAY.test(code) || /Connection terminated|timeout/i.test(message))
    return new Failure('database-unreachable', { reason: message || code }, error);
  if (code === '53100' || /No space left on device/i.test(message))
    return new Failure('disk-full', { reason: message }, error);
  if (/^[0-9A-Z]{5}$/.test(code)) return new Failure('database-refused', { reason: `${message} (${code})` }, error);
  return error;
};

export type Row = Readonly<Record<string, unknown>>;

export class ServerClient {
  readonly #url: Secret;
  readonly #pool: pg.Pool;

  constructor(url: Secret) {
    this.#url = url;
    this.#pool = new pg.Pool({
      connectionString: url.reveal(),
      max: 8,
      idleTimeoutMillis: 5000,
      connectionTimeoutMillis: 10_000,
    });
    // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
    this.#pool.on('error', () => undefined);
  }

  async query(statement: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await this.#pool.query(statement, [...parameters])).rows as Row[];
    } catch (error) {
      throw databaseFailure(error);
    }
  }

  /** Runs in another database of the server; one connection, closed afterwards. */
  async within<T>(
    database: string,
    work: (query: (text: string, parameters?: readonly unknown[]) => Promise<Row[]>) => Promise<T>,
  ): Promise<T> {
    const url = new URL(this.#url.reveal());
    url.pathname = `/${encodeURIComponent(database)}`;
    const client = new pg.Client({ connectionString: url.toString(), connectionTimeoutMillis: 10_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await work(async (text, parameters = []) => (await client.query(text, [...parameters])).rows as Row[]);
    } catch (error) {
      throw databaseFailure(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Holds a lock of the server while `work` runs, on a connection of its own. */
  async withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw databaseFailure(error);
    });
    let broken: Error | undefined;
    try {
      await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
      return await work();
    } finally {
      await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch((error: Error) => {
        broken = error;
      });
      client.release(broken);
    }
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }
}
