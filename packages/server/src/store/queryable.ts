import { Failure } from '@slipway/contracts/failure';
import type { Pool, PoolClient } from 'pg';

export type Queryable = Pick<Pool | PoolClient, 'query'>;

interface PostgresError {
  readonly code?: string;
  readonly message?: string;
}

/** Codes of a server that is away, starting or stopping (https://www.postgresql.org/docs/current/errcodes-appendix.html, classes 08 and 57P). */
const AWAY = /^(08|57P0[123]|ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|ENOENT)/;

/** PostgreSQL's own words become one of our failures; a constraint that we broke stays what it is: a bug. */
export const storeFailure = (error: unknown): unknown => {
  const { code = '', message = '' } = error as PostgresError;
  if (AWAY.test(code) || /Connection terminated|timeout exceeded when trying to connect/i.test(message))
    return new Failure('database-unreachable', { reason: message || code }, error);
  if (code === '53100') return new Failure('disk-full', { reason: message }, error);
  return error;
};

/** One transaction: all or nothing. */
export const inTransaction = async <T>(pool: Pool, work: (db: PoolClient) => Promise<T>): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failed: Error) => {
      broken = failed;
    });
    throw error;
  } finally {
    client.release(broken);
  }
};
