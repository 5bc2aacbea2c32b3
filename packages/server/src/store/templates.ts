import type { Pool } from 'pg';
import type { TemplateTable } from '../ports/template-table.ts';
import type { Queryable } from './queryable.ts';

export interface TemplateRow {
  readonly key: string;
  readonly project: string;
  readonly database: string;
  readonly lastUsedAt: Date;
}

export const listTemplates = async (db: Queryable): Promise<TemplateRow[]> => {
  const { rows } = await db.query(`select key, project, database, last_used_at from ops.templates where state = 'ready' order by last_used_at desc`);
  return rows.map((row) => ({ key: row['key'], project: row['project'], database: row['database'], lastUsedAt: row['last_used_at'] }) as TemplateRow);
};

export const forgetTemplate = async (db: Queryable, key: string): Promise<void> => {
  await db.query('delete from ops.templates where key = $1', [key]);
};

const RETRY_MILLISECONDS = 500;

export const templateTable = (pool: Pool): TemplateTable => ({
  ready: async (key) => {
    const { rows } = await pool.query(`select 1 from ops.templates where key = $1 and state = 'ready'`, [key]);
    return rows.length > 0;
  },
  // A session lock: PostgreSQL itself lets go of it when the process that holds it dies.
  withLock: async (key, signal, build) => {
    const client = await pool.connect();
    const lock = [`slipway.template:${key}`];
    try {
      for (;;) {
        const { rows } = await client.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as held', lock);
        if (rows[0]?.['held'] === true) break;
        signal.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
      }
      return await build();
    } finally {
      await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', lock).then(
        () => client.release(),
        (error: Error) => client.release(error),
      );
    }
  },
  save: async ({ key, project, database, image, series }) => {
    await pool.query(
      `insert into ops.templates (key, project, database, image, series, state) values ($1, $2, $3, $4, $5, 'ready')
       on conflict (key) do update set state = 'ready', database = excluded.database, image = excluded.image, last_used_at = now()`,
      [key, project, database, image, series],
    );
  },
  touch: async (key) => {
    await pool.query('update ops.templates set last_used_at = now() where key = $1', [key]);
  },
});
