import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerWorld } from '../../../../../../test/setup/docker-world.ts';
import { Secret } from '../../../domain/secret.ts';
import { describeDatabaseServer } from '../../../ports/database-server.contract.ts';
import { ask, testServer } from './test-server.contract.ts';

const world = dockerWorld();
const { open, urlFor, contractWorld } = testServer(world.adminUrl, world.socketFolder);

describeDatabaseServer('PostgreSQL as superuser', async () =>
  contractWorld(world.adminUrl, 'super', async () => {
    await ask(world.adminUrl, 'DROP ROLE slipway_super_odoo');
  }),
);

describeDatabaseServer('PostgreSQL as a role with CREATEDB and CREATEROLE only', async () => {
  const login = { user: 'contract_admin', password: 'admin-password' };
  await ask(world.adminUrl, `CREATE ROLE contract_admin LOGIN CREATEDB CREATEROLE PASSWORD '${login.password}'`);
  await ask(world.adminUrl, 'CREATE DATABASE contract_control OWNER contract_admin');
  return contractWorld(urlFor('contract_control', login), 'plain', async () => {
    await ask(
      world.adminUrl,
      'DROP DATABASE contract_control',
      'DROP ROLE slipway_plain_odoo',
      'DROP ROLE contract_admin',
    );
  });
});

describe('the walls between environments', () => {
  const server = open(world.adminUrl, 'walls');
  const a = { user: 'walls_a', password: 'password-a' };
  const b = { user: 'walls_b', password: 'password-b' };

  beforeAll(async () => {
    await ask(world.adminUrl, 'CREATE DATABASE walls_control', 'REVOKE ALL ON DATABASE walls_control FROM PUBLIC');
    await server.ensureRole(a.user, new Secret(a.password), 'shop/pr-1');
    await server.ensureRole(b.user, new Secret(b.password), 'shop/pr-2');
    await server.create('walls_a', a.user, 'shop/pr-1');
    await server.create('walls_b', b.user, 'shop/pr-2');
    await ask(urlFor('walls_b', b), 'CREATE EXTENSION pg_trgm', 'CREATE EXTENSION unaccent', 'CREATE TABLE t (x text)');
    await server.clone({ from: 'walls_b', to: 'walls_template', role: b.user, owner: 'shop/template-x' });
    await server.freeze('walls_template');
  });
  afterAll(async () => {
    for (const name of ['walls_a', 'walls_b', 'walls_template', 'walls_copy']) await server.drop(name);
    for (const { user } of [a, b]) await server.dropRole(user);
    await ask(world.adminUrl, 'DROP DATABASE walls_control', 'DROP ROLE slipway_walls_odoo');
    await server.end();
  });

  it('lets a role into its own database', async () => {
    expect(await ask(urlFor('walls_a', a), 'SELECT current_user AS who')).toEqual([{ who: 'walls_a' }]);
  });

  it.each(['walls_b', 'walls_template', 'walls_control', 'template1', 'template0'])(
    'keeps a role out of %s',
    async (database) => {
      await expect(ask(urlFor(database, a), 'SELECT 1')).rejects.toThrow(/permission denied|not currently accepting/);
    },
  );

  it('gives a role no rights beyond its database', async () => {
    for (const statement of [
      'CREATE DATABASE x',
      'CREATE ROLE x',
      'ALTER ROLE walls_b PASSWORD NULL',
      'DROP DATABASE walls_b',
    ])
      await expect(ask(urlFor('walls_a', a), statement)).rejects.toThrow(/permission denied|must be owner/i);
  });

  it('carries out all statements of a call or none, over one connection', async () => {
    const at = (text: string, ...parameters: unknown[]) => ({ text, parameters });
    const table = [at('CREATE TABLE once (pid int)'), at('INSERT INTO once VALUES (pg_backend_pid())')];
    const count = at('SELECT count(DISTINCT pid)::int AS connections, count(*)::int AS n FROM once');

    expect(
      await server.query('walls_a', [...table, at('INSERT INTO once VALUES (pg_backend_pid() + $1)', 0), count]),
    ).toEqual([{ connections: 1, n: 2 }]);
    await expect(server.query('walls_a', [at('DELETE FROM once'), at('SELECT 1 / $1::int', 0)])).rejects.toMatchObject({
      code: 'database-refused',
    });
    expect(await server.query('walls_a', [count])).toEqual([{ connections: 1, n: 2 }]);
    await server.query('walls_a', [at('DROP TABLE once')]);
  });

  it('keeps a role out when it lacks the password', async () => {
    await expect(ask(urlFor('walls_a', { ...a, password: 'wrong' }), 'SELECT 1')).rejects.toThrow(/password/);
  });

  it('lets the new role change what another role made in the template, extensions included', async () => {
    await server.clone({ from: 'walls_template', to: 'walls_copy', role: a.user, owner: 'shop/pr-1' });

    await ask(
      urlFor('walls_copy', a),
      'ALTER TABLE t ADD COLUMN y int',
      'DROP TABLE t',
      'CREATE EXTENSION IF NOT EXISTS pg_trgm',
      'CREATE TABLE t2 (x text)',
    );
    await expect(ask(urlFor('walls_copy', b), 'SELECT 1')).rejects.toThrow(/permission denied/);
  });

  it('takes a new password at once', async () => {
    await server.ensureRole(a.user, new Secret('changed'), 'shop/pr-1');

    await expect(ask(urlFor('walls_a', a), 'SELECT 1')).rejects.toThrow(/password/);
    await ask(urlFor('walls_a', { ...a, password: 'changed' }), 'SELECT 1');
  });
});

describe('care', () => {
  const server = open(world.adminUrl, 'care');
  afterAll(async () => {
    for (const thing of await server.owned()) await server.discard(thing);
    await ask(world.adminUrl, 'DROP DATABASE IF EXISTS care_production', 'DROP ROLE IF EXISTS slipway_care_odoo');
    await server.end();
  });

  it('never touches a database or role that it did not make', async () => {
    await ask(world.adminUrl, 'CREATE DATABASE care_production');
    const refused = { code: 'database-refused' };
    const databases = server;

    await expect(databases.drop('care_production')).rejects.toMatchObject(refused);
    await expect(databases.create('care_production', 'postgres', 'x/y')).rejects.toMatchObject(refused);
    await expect(databases.rename('care_production', 'care_x')).rejects.toMatchObject(refused);
    await expect(databases.ensureRole('postgres', new Secret('x'), 'x/y')).rejects.toMatchObject(refused);
    await expect(databases.dropRole('postgres')).rejects.toMatchObject(refused);
    expect(await databases.exists('care_production')).toBe(true);
  });

  it('clones and renames while a client reconnects as fast as it can', async () => {
    await server.ensureRole('care_role', new Secret('p'), 'shop/pr-1');
    await server.create('care_busy', 'care_role', 'shop/pr-1');
    let going = true;
    const clients = [1, 2, 3].map(async () => {
      while (going) await ask(urlFor('care_busy'), 'SELECT pg_sleep(0.05)').catch(() => undefined);
    });

    await server.clone({ from: 'care_busy', to: 'care_busy_next', role: 'care_role', owner: 'shop/pr-1' });
    await server.rename('care_busy', 'care_busy_old');

    going = false;
    await Promise.all(clients);
    expect(await server.exists('care_busy_next')).toBe(true);
    expect(await server.exists('care_busy_old')).toBe(true);
  });

  it('finds what a crash left half made, makes it anew, and lets the inventory remove it', async () => {
    const cut = new pg.Client({ connectionString: world.adminUrl });
    await cut.connect();
    const { temporaryName } = await import('./databases.ts');
    await cut.query(`CREATE DATABASE "${temporaryName('care', 'care_cut')}"`);
    await cut.query(`CREATE DATABASE "${temporaryName('care', 'care_cut_2')}"`);
    await cut.end();

    await server.create('care_cut', 'care_role', 'shop/pr-1');

    const left = (await server.owned()).filter((thing) => thing.owner === 'unfinished');
    expect(left).toEqual([
      { kind: 'database', name: temporaryName('care', 'care_cut_2'), owner: 'unfinished', createdAt: null },
    ]);
    for (const thing of [...left, ...left]) await server.discard(thing);
    expect((await server.owned()).filter((thing) => thing.owner === 'unfinished')).toEqual([]);
  });

  it('says that PostgreSQL does not answer when it does not', async () => {
    const nowhere = open('postgres://x:y@127.0.0.1:9/z', 'care');

    await expect(nowhere.exists('x')).rejects.toMatchObject({ code: 'database-unreachable' });
  });

  it('leaves no session behind', async () => {
    const own = open(world.adminUrl, 'care');
    await own.create('care_sessions', 'care_role', 'shop/pr-1');
    await own.end();

    const rows = await ask(
      world.adminUrl,
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'slipway' AND datname <> current_database()`,
    );

    expect(rows).toEqual([{ n: 0 }]);
  });
});
