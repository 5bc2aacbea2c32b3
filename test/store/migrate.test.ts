import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { migrate } from '../../packages/server/src/store/migrate.ts';
import { emptyDatabase, inDatabase, onServer, testPool } from '../setup/database.ts';

const FOLDER = join(import.meta.dirname, '../../packages/server/src/store/migrations');
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const openEmpty = async (owner?: string): Promise<{ pool: pg.Pool; url: string }> => {
  const database = await emptyDatabase(inject('postgresUrl'), owner);
  cleanups.push(database.drop);
  const url =
    owner === undefined ? database.url : inDatabase(database.url, new URL(database.url).pathname.slice(1), owner);
  const pool = testPool(url, 4);
  cleanups.push(() => pool.end());
  return { pool, url };
};

const copyOfMigrations = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-migrations-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  await cp(FOLDER, folder, { recursive: true });
  return folder;
};

const tablesOf = async (pool: pg.Pool): Promise<string[]> => {
  const { rows } = await pool.query(
    `select table_name from information_schema.tables where table_schema = 'ops' order by 1`,
  );
  return rows.map((row) => row['table_name'] as string);
};

/** Columns, indexes, checks, keys, triggers, rights by row and functions: all that a migration makes. */
const shapeOf = async (pool: pg.Pool): Promise<string[]> => {
  const { rows } = await pool.query(
    `select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || coalesce(' ' || column_default, '') as part
       from information_schema.columns where table_schema = 'ops'
     union all select indexdef from pg_indexes where schemaname = 'ops'
     union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
       where connamespace = 'ops'::regnamespace and contype <> 'n'
     union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
     union all select 'policy ' || tablename || ' ' || policyname || ' ' || coalesce(qual, '') from pg_policies where schemaname = 'ops'
     union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'ops'::regnamespace and prokind = 'f'
     union all select 'walled ' || relname from pg_class where relnamespace = 'ops'::regnamespace and relrowsecurity
     order by 1`,
  );
  return rows.map((row) => row['part'] as string);
};

describe('migrate', () => {
  test('makes the schema from nothing, says so, and does nothing the second time', async () => {
    const { pool } = await openEmpty();

    const first = await migrate(pool);
    const second = await migrate(pool);

    expect(first.every((row) => row.appliedAt !== null)).toBe(true);
    expect(second).toEqual(first);
    expect(await tablesOf(pool)).toEqual(
      expect.arrayContaining(['artifacts', 'builds', 'deployments', 'migrations', 'runs', 'steps']),
    );
  });

  test('takes everything back and makes it again', async () => {
    const { pool } = await openEmpty();
    await migrate(pool);
    const before = await tablesOf(pool);

    await migrate(pool, { to: 0 });

    expect(await tablesOf(pool)).toEqual(['schema_migrations']);
    const { rows } = await pool.query(
      `select proname from pg_proc where pronamespace = 'ops'::regnamespace union all
       select relname from pg_class where relnamespace = 'ops'::regnamespace and relkind = 'S'`,
    );
    expect(rows).toEqual([]);
    await migrate(pool);
    expect(await tablesOf(pool)).toEqual(before);
  });

  test('takes each migration back by itself, and leaves what was there before it', async () => {
    const { pool } = await openEmpty();
    const all = (await migrate(pool)).length;
    const shapes = new Map<number, string[]>();
    for (let number = all; number > 0; number--) {
      shapes.set(number, await shapeOf(pool));
      await migrate(pool, { to: number - 1 });
    }

    for (let number = 1; number <= all; number++) {
      await migrate(pool, { to: number });
      expect(await shapeOf(pool), `up to ${number}`).toEqual(shapes.get(number));
    }
    await migrate(pool, { to: 18 });
    expect(await tablesOf(pool)).not.toEqual(expect.arrayContaining(['shells']));
    await migrate(pool, { to: 19 });
    expect(await tablesOf(pool)).toEqual(expect.arrayContaining(['shells', 'break_glass', 'connect_tickets']));
  });

  test('works for an owner who is neither superuser nor may create roles', async () => {
    const owner = `plain_${Date.now()}`;
    await onServer(inject('postgresUrl'), (client) =>
      client.query(`create role ${owner} login nosuperuser nocreatedb nocreaterole`),
    );
    cleanups.push(() => onServer(inject('postgresUrl'), (client) => client.query(`drop role ${owner}`)));
    const { pool } = await openEmpty(owner);

    await migrate(pool);
    await pool.query(
      `insert into ops.projects (id, name, config, source, database_prefix) values ('shop', 'shop', '{}', '{}', '')`,
    );

    const { rows } = await pool.query('select organisation from ops.projects');
    expect(rows).toEqual([{ organisation: 'default' }]);
  });

  test('two processes that start at once do the work once', async () => {
    const { url } = await openEmpty();
    const pools = [1, 2, 3].map(() => testPool(url, 1));
    cleanups.push(() => Promise.all(pools.map((pool) => pool.end())));

    const results = await Promise.all(pools.map((pool) => migrate(pool)));

    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  test('refuses when a file was altered after it was applied', async () => {
    const { pool } = await openEmpty();
    const folder = await copyOfMigrations();
    await migrate(pool, { folder });
    const file = join(folder, '0001-first.up.sql');
    await writeFile(file, `${await readFile(file, 'utf8')}\n-- one more line\n`);

    await expect(migrate(pool, { folder })).rejects.toMatchObject({
      code: 'database-refused',
      message: expect.stringContaining('altered'),
    });
  });

  test('refuses a database that a newer version has migrated', async () => {
    const { pool } = await openEmpty();
    const folder = await copyOfMigrations();
    const count = (await migrate(pool, { folder })).length;
    const next = String(count + 1).padStart(4, '0');
    await writeFile(join(folder, `${next}-more.up.sql`), 'create table ops.more (id int);');
    await writeFile(join(folder, `${next}-more.down.sql`), 'drop table ops.more;');
    await migrate(pool, { folder });

    await expect(migrate(pool)).rejects.toMatchObject({
      code: 'database-refused',
      message: expect.stringContaining('too old'),
    });
    await migrate(pool, { folder, to: count });
    expect(await tablesOf(pool)).not.toContain('more');
    await migrate(pool);
  });

  test('a file that fails leaves the schema as it was before it', async () => {
    const { pool } = await openEmpty();
    const folder = await copyOfMigrations();
    const count = (await migrate(pool, { folder })).length;
    const next = String(count + 1).padStart(4, '0');
    await writeFile(join(folder, `${next}-bad.up.sql`), 'create table ops.half (id int); select 1 / 0;');
    await writeFile(join(folder, `${next}-bad.down.sql`), 'drop table ops.half;');

    await expect(migrate(pool, { folder })).rejects.toThrow('division by zero');

    expect(await tablesOf(pool)).not.toContain('half');
    const { rows } = await pool.query('select max(number)::int as last from ops.schema_migrations');
    expect(rows).toEqual([{ last: count }]);
  });
});
