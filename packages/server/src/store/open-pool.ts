import { Failure } from '@slipway/contracts/failure';
import { Pool } from 'pg';
import { storeFailure } from './queryable.ts';

/**
 * A pool whose errors are ours: database-unreachable (retry), disk-full; a broken statement stays a bug. An idle connection that breaks
 * (PostgreSQL restarted) is replaced at the next use and does not end the process.
 */
export const openPool = (url: string, options: { readonly max: number; readonly name: string }): Pool => {
  const pool = new Pool({
    connectionString: url,
    max: options.max,
    application_name: options.name,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    explain(client, 'query');
  });
  explain(pool, 'query');
  explain(pool, 'connect');
  return pool;
};

type Method = (...parameters: unknown[]) => unknown;

/** Puts our words for PostgreSQL's in front of one method; the form with a callback, which the pool uses inside, is left as it is. */
const explain = <Name extends string>(owner: { [key in Name]: unknown }, name: Name): void => {
  const original = (owner[name] as Method).bind(owner);
  const explained: Method = (...parameters) => {
    const answer = original(...parameters);
    return answer instanceof Promise ? answer.catch(rethrow) : answer;
  };
  owner[name] = explained as (typeof owner)[Name];
};

const rethrow = (error: unknown): never => {
  throw error instanceof Failure ? error : storeFailure(error);
};
