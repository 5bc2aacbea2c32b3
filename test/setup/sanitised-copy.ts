import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import pg from 'pg';
import type { MaskedTable, MaskingPlan } from '../../packages/server/src/domain/masking.ts';
import { quoteName, quoteText } from '../../packages/server/src/domain/quote.ts';

const run = promisify(execFile);

/** `only`: tables of actions inherit from one another. The statement by which a table leaves production, as whoever carries out a plan puts it together. */
export const selectOf = (table: MaskedTable): string => {
  const columns = table.columns.map(({ column, expression }) =>
    expression === null ? `t.${quoteName(column)}` : `${expression} as ${quoteName(column)}`,
  );
  return `select ${columns.join(', ')} from only ${quoteName(table.table)} t${table.where === null ? '' : ` where ${table.where}`}`;
};

export const prepareSession = async (client: pg.Client, plan: MaskingPlan): Promise<void> => {
  for (const { text, parameters } of plan.session) await client.query(text, [...parameters]);
};

interface Server {
  /** Container of the server, which has PostgreSQL's programs in `binaries`. */
  readonly container: string;
  readonly binaries: string;
}

/** Masked rows from one database into a new, empty one of the same server, with every constraint in place afterwards. Only for tests: the files lie on the server. */
export const copySanitised = async (
  server: Server,
  plan: MaskingPlan,
  from: { readonly url: string; readonly database: string },
  to: { readonly url: string; readonly database: string },
): Promise<void> => {
  const folder = `/tmp/sanitised-${randomBytes(4).toString('hex')}`;
  const inContainer = (script: string) =>
    run('docker', ['exec', server.container, 'bash', '-o', 'pipefail', '-ec', script], { maxBuffer: 64 * 2 ** 20 });
  const psql = `${server.binaries}/psql -h 127.0.0.1 -U postgres -q -v ON_ERROR_STOP=1 -d ${to.database}`;
  const dump = (section: string) =>
    `${server.binaries}/pg_dump -h 127.0.0.1 -U postgres --section=${section} ${from.database}`;
  await inContainer(`mkdir -m 777 ${folder} && ${dump('pre-data')} | ${psql} -o /dev/null`);
  const tables = plan.tables.filter((table) => table.action === 'copy');
  await withClient(from.url, async (client) => {
    await prepareSession(client, plan);
    await client.query('begin isolation level repeatable read read only');
    for (const table of tables)
      await client.query(`copy (${selectOf(table)}) to ${quoteText(`${folder}/${table.table}`)}`);
    await client.query('commit');
  });
  await withClient(to.url, async (client) => {
    for (const table of tables) {
      const columns = table.columns.map(({ column }) => quoteName(column)).join(', ');
      await client.query(`copy ${quoteName(table.table)} (${columns}) from ${quoteText(`${folder}/${table.table}`)}`);
    }
  });
  await copySequences(from.url, to.url);
  await inContainer(`rm -r ${folder} && ${dump('post-data')} | ${psql} -o /dev/null`);
};

const copySequences = async (from: string, to: string): Promise<void> => {
  const { rows } = await withClient(from, (client) =>
    client.query("select sequencename as name, last_value as last from pg_sequences where schemaname = 'public'"),
  );
  await withClient(to, async (client) => {
    for (const { name, last } of rows)
      if (last !== null) await client.query('select setval($1, $2)', [quoteName(name), last]);
  });
};

export const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
