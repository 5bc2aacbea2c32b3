import pg from 'pg';
import { Secret } from '../../../packages/server/src/domain/secret.ts';
import type { DatabaseAddress } from '../../../packages/server/src/ports/database-copy.ts';
import { PRODUCTION } from './production.ts';

/** As the role of Odoo, which owns its tables. */
export const asOdoo = (url: string): DatabaseAddress => ({ url: new Secret(url.replace('postgres@', 'odoo@')) });

export const plant = (url: string): Promise<void> =>
  withClient(asOdoo(url), async (client) => {
    await client.query('begin');
    for (const [id, statements] of Object.entries(PRODUCTION))
      for (const statement of statements)
        await client.query(statement).catch((error: unknown) => {
          throw new Error(`${id}: ${statement}\n${error}`);
        });
    await client.query('commit');
  });

export const withClient = async <T>(login: DatabaseAddress, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: login.url.reveal() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

/** Every text of the database that holds a word. */
export const findEverywhere = (url: string, word: string): Promise<string[]> =>
  withClient(asOdoo(url), async (client) => {
    const columns = await client.query(
      `select c.relname as table, a.attname as column, a.atttypid = 17 as bytes from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
          and a.atttypid in (17, 25, 114, 1042, 1043, 3802)`,
    );
    const found: string[] = [];
    for (const [table, names] of Map.groupBy(columns.rows, (row) => row.table as string)) {
      const sums = names.map(
        ({ column, bytes }) =>
          `sum((position($1 in lower(${textOf(column, bytes)})) > 0)::int) as ${pg.escapeIdentifier(column)}`,
      );
      const { rows } = await client.query(`select ${sums.join(', ')} from ${pg.escapeIdentifier(table)}`, [word]);
      for (const [column, hits] of Object.entries(rows[0] ?? {}))
        if (Number(hits) > 0) found.push(`${table}.${column}`);
    }
    return found;
  });
const textOf = (column: string, bytes: boolean): string => {
  const name = pg.escapeIdentifier(column);
  return bytes ? `encode(${name}, 'escape')` : `${name}::text`;
};

/** What neutralising touches, without the times of writing. */
export const contentOf = (url: string): Promise<unknown> =>
  withClient(asOdoo(url), async (client) => {
    const tables = [
      'ir_config_parameter',
      'ir_mail_server',
      'ir_cron',
      'payment_provider',
      'res_users',
      'website',
      'res_company',
    ];
    const content: Record<string, unknown> = {};
    for (const table of tables)
      content[table] = (
        await client.query(
          `select to_jsonb(t) - array['id', 'write_date', 'create_date'] as row from ${table} t order by 1`,
        )
      ).rows;
    return content;
  });
