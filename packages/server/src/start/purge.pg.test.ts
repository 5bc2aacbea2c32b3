import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startPostgres } from '../../../../test/setup/postgres.ts';
import { Secret } from '../domain/secret.ts';
import { openPostgres } from '../drivers/databases/postgres/index.ts';
import { migrate } from '../store/migrate.ts';
import { openPool } from '../store/queryable.ts';
import { ensureDatabase } from './control-database.ts';
import { purgeServer } from './purge.ts';

// A server of its own: `slipway_app` is one for all of a server.
let server: Awaited<ReturnType<typeof startPostgres>>;
let owner: string;
beforeAll(async () => {
  server = await startPostgres();
  await ask(server.url, 'create role mona login createdb createrole');
  owner = server.url.replace('slipway@', 'mona@');
});
afterAll(() => server.stop());

const ask = async (url: string, statement: string): Promise<string[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows.map((row: { name: string }) => row.name);
  } finally {
    await client.end();
  }
};
const traces = () =>
  ask(
    server.url,
    `select rolname::text as name from pg_roles where rolname !~ '^pg_'
     union all select datname::text from pg_database where not datistemplate order by 1`,
  );

/** An installation with one preview. */
const install = async (instance: string): Promise<void> => {
  const url = await ensureDatabase(new Secret(owner), instance);
  const pool = openPool(url.reveal(), { max: 1 });
  await migrate(pool);
  await pool.end();
  const access = { host: '', port: 5432, socketFolder: null };
  const databases = openPostgres({ url: new Secret(owner), instance, access });
  await databases.ensureRole(`odoo_${instance}`, new Secret('secret'), 'shop/pr-1');
  await databases.create(`odoo_${instance}`, `odoo_${instance}`, 'shop/pr-1');
  await databases.freeze(`odoo_${instance}`);
  await databases.end();
};

let before: string[];
beforeEach(async () => {
  before = await traces();
});

it('the last Slipway on a server leaves no role and no database; one that is not the last leaves what the other needs', async () => {
  await install('one');
  await install('two');
  expect(await traces()).toEqual(expect.arrayContaining(['slipway_app', 'slipway_one_odoo', 'slipway_two_odoo']));

  expect(await purgeServer(owner, 'one')).toEqual(['slipway_app']);
  expect((await traces()).filter((name) => name.includes('one'))).toEqual([]);
  expect(await traces()).toEqual(expect.arrayContaining(['slipway_app', 'slipway_two_control', 'odoo_two']));

  expect(await purgeServer(owner, 'two')).toEqual([]);
  expect(await traces()).toEqual(before);
});

it('a role that somebody was made a member of stays', async () => {
  await install('one');
  await ask(server.url, 'create role reports login in role slipway_app');

  expect(await purgeServer(owner, 'one')).toEqual(['slipway_app']);

  await ask(server.url, 'drop role reports');
  await install('one');
  expect(await purgeServer(owner, 'one')).toEqual([]);
  expect(await traces()).toEqual(before);
});
