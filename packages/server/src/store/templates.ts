import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@slipway/contracts/failure';
import type { Pool, PoolClient } from 'pg';
import type { TemplateTable } from '../ports/template-table.ts';
import { connect, LOCKS, type Queryable, query, queryOne } from './queryable.ts';

/** A database that previews are copied from. Times are ISO 8601. */
export interface Template {
  readonly key: string;
  readonly project: string;
  readonly database: string;
  readonly image: string;
  readonly series: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
}

const COLUMNS = `key, project, database, image, series, created_at as "createdAt", last_used_at as "lastUsedAt"`;
const POLL = 250;

const SAVE = `
  insert into ops.templates (key, project, database, image, series) values ($1, $2, $3, $4, $5)
  on conflict (key) do update set database = excluded.database, image = excluded.image, series = excluded.series,
    created_at = now(), last_used_at = now()`;

export const templateTable = (pool: Pool): TemplateTable => ({
  ready: async (key) => (await template(pool, key)) !== null,
  withLock: (key, signal, build) => withTemplateLock(pool, key, signal, build),
  save: async (row) => {
    await query(pool, SAVE, [row.key, row.project, row.database, row.image, row.series]);
  },
  touch: async (key) => {
    await query(pool, 'update ops.templates set last_used_at = now() where key = $1', [key]);
  },
});

export const template = (db: Queryable, key: string): Promise<Template | null> =>
  queryOne(db, `select ${COLUMNS} from ops.templates where key = $1`, [key]);

/** Least recently used first: the order in which they are removed. */
export const listTemplates = (db: Queryable, project?: string): Promise<Template[]> =>
  query(db, `select ${COLUMNS} from ops.templates where $1::text is null or project = $1 order by last_used_at`, [
    project ?? null,
  ]);

/** What they owned belongs to nobody from now on. */
export const forgetTemplates = async (db: Queryable, keys: readonly string[]): Promise<void> => {
  if (keys.length > 0) await query(db, 'delete from ops.templates where key = any($1)', [keys]);
};

/**
 * The lock is a session's, so it goes with the process that dies. Those who wait give their connection back between two tries: a
 * handful of waiting runs must not use up the pool.
 */
const withTemplateLock = async <T>(
  pool: Pool,
  key: string,
  signal: AbortSignal,
  build: () => Promise<T>,
): Promise<T> => {
  const client = await lockedClient(pool, key, signal);
  let lost: Error | undefined;
  const onLoss = (error: Error): void => {
    lost = error;
  };
  client.on('error', onLoss);
  try {
    const result = await build();
    if (lost !== undefined) throw new Failure('database-unreachable', { reason: lost.message }, lost);
    return result;
  } finally {
    client.off('error', onLoss);
    if (lost === undefined) await unlock(client, key).catch((error: Error) => onLoss(error));
    client.release(lost);
  }
};

const lockedClient = async (pool: Pool, key: string, signal: AbortSignal): Promise<PoolClient> => {
  for (;;) {
    signal.throwIfAborted();
    const client = await connect(pool);
    try {
      const [row] = await query<{ mine: boolean }>(client, 'select pg_try_advisory_lock($1, hashtext($2)) as mine', [
        LOCKS.template,
        key,
      ]);
      if (row?.mine) return client;
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
    await sleep(POLL, undefined, { signal });
  }
};

const unlock = (client: PoolClient, key: string): Promise<unknown> =>
  query(client, 'select pg_advisory_unlock($1, hashtext($2))', [LOCKS.template, key]);
