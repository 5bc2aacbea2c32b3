import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Channel, listen } from '../../packages/server/src/store/listen.ts';
import { migrate } from '../../packages/server/src/store/migrate.ts';
import { listProjects, saveProject } from '../../packages/server/src/store/projects.ts';
import { inTransaction, openPool, query } from '../../packages/server/src/store/queryable.ts';
import { inDatabase } from '../setup/database.ts';
import { startPostgres } from '../setup/postgres.ts';

let server: Awaited<ReturnType<typeof startPostgres>>;
let pool: Pool;

beforeAll(async () => {
  server = await startPostgres();
  pool = openPool(server.url, { max: 4 });
  await migrate(pool);
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

test('on a server without the role slipway_app an owner who may not create roles goes without it, and one who may makes it', async () => {
  const roles = () => query<{ rolname: string }>(pool, `select rolname from pg_roles where rolname = 'slipway_app'`);
  await pool.query('drop owned by slipway_app; drop role slipway_app');
  const found: number[] = [];
  for (const right of ['nocreaterole', 'createrole']) {
    const owner = `owner_${right}`;
    await pool.query(`create role ${owner} login nosuperuser ${right}`);
    await pool.query(`create database ${owner} owner ${owner}`);
    const own = openPool(inDatabase(server.url, owner, owner), { max: 1 });
    await migrate(own);
    await saveProject(own, { name: 'shop', config: {} as never, source: {}, folder: null });
    expect(await listProjects(own)).toMatchObject([{ id: 'shop', organisation: 'default' }]);
    found.push((await roles()).length);
    await migrate(own, { to: 0 });
    await own.end();
  }

  expect(found).toEqual([0, 1]);
});

const until = async (what: () => boolean | Promise<boolean>): Promise<void> => {
  for (let n = 0; n < 500; n++) {
    if (await what()) return;
    await sleep(20);
  }
  throw new Error('it did not happen within 10 s');
};

test('while PostgreSQL is gone every call says so, to be tried again; when it is back all goes on by itself', async () => {
  const heard: string[] = [];
  let connections = 0;
  const listener = await listen(server.url, ['slipway_runs'], {
    notify: (channel: Channel, payload) => heard.push(`${channel} ${payload}`),
    connect: () => connections++,
  });
  await pool.query(`select pg_notify('slipway_runs', 'before')`);
  await until(() => heard.length === 1);
  const halfWay = inTransaction(pool, async (tx) => {
    await query(tx, `insert into ops.organisations values ('half', 'half')`);
    await server.halt();
    await query(tx, 'select 1');
  });

  await expect(halfWay).rejects.toMatchObject({ code: 'database-unreachable', row: { retry: true } });
  await expect(listProjects(pool)).rejects.toMatchObject({ code: 'database-unreachable' });
  await expect(inTransaction(pool, async () => undefined)).rejects.toMatchObject({ code: 'database-unreachable' });
  await expect(
    listen(server.url, ['slipway_runs'], { notify: () => undefined, connect: () => undefined }),
  ).rejects.toMatchObject({
    code: 'database-unreachable',
  });
  await server.start();

  await until(() => connections === 2);
  expect(await listProjects(pool)).toEqual([]);
  expect(await query(pool, `select id from ops.organisations where id = 'half'`)).toEqual([]);
  await pool.query(`select pg_notify('slipway_runs', 'after')`);
  await until(() => heard.length === 2);
  expect(heard).toEqual(['slipway_runs before', 'slipway_runs after']);
  await listener.close();
  await listener.close();
  await until(
    async () =>
      (await query(pool, `select from pg_stat_activity where application_name = 'slipway-listen'`)).length === 0,
  );
});
