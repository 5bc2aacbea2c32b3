import { setTimeout as sleep } from 'node:timers/promises';
import { tablesView } from '@slipway/contracts/rehearsal-views';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import { ask, testServer } from '../../drivers/databases/postgres/test-server.contract.ts';
import { measureTables } from '../measure-tables.ts';
import type { StepContext } from '../step.ts';
import { watchLocks } from './watch-locks.ts';

const adminUrl = inject('postgresUrl');
const tested = testServer(adminUrl, null);
const server = tested.open(adminUrl, 'locks');
const password = new Secret('p');
const mine = { database: 'locks_a', role: 'locks_a', password };

const contextOf = (signal = new AbortController().signal): StepContext => ({
  ports: { sql: server, secrets: { ensure: async () => password } } as unknown as StepContext['ports'],
  ...{ signal, log: () => undefined, keep: async () => undefined, receipt: async () => undefined },
  ...{ now: () => Date.now(), sleep: (milliseconds: number) => sleep(milliseconds) },
});

beforeAll(async () => {
  await server.ensureRole(mine.role, password, 'shop/rehearsal');
  await server.create(mine.database, mine.role, 'shop/rehearsal');
  await server.write(mine, ({ script }) =>
    script('create table orders (id int); create table lines (id int); create table notes (id int)'),
  );
});
afterAll(async () => {
  await server.drop(mine.database);
  await server.dropRole(mine.role);
  await ask(adminUrl, 'DROP ROLE slipway_locks_odoo');
  await server.end();
});

/** Somebody with a transaction of their own. */
const somebody = async (...statements: readonly string[]): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: tested.urlFor(mine.database) });
  await client.connect();
  for (const statement of ['begin', ...statements]) await client.query(statement);
  return client;
};

describe('locks that an update takes', () => {
  it('are told by table and mode, with the longest time and how often, and what waits for them', async () => {
    const watch = watchLocks(mine, contextOf());
    const long = await somebody(
      'alter table orders add column greeting text',
      'lock lines in share mode',
      'select from notes',
    );
    await sleep(600);
    const waiting = somebody('insert into orders values (1)');
    await sleep(700);
    await long.query('commit');
    await (await waiting).query('rollback');
    const short = await somebody('lock orders in access exclusive mode');
    await sleep(400);
    await Promise.all([long, await waiting, short].map((client) => client.end()));
    const found = await watch.found();

    expect(found?.samples).toBeGreaterThan(4);
    const [first] = found?.held ?? [];
    expect(first?.seconds).toBeGreaterThan(1);
    expect(first?.seconds).toBeLessThan(10);
    expect(found?.held.map(({ table, mode, times }) => `${table} ${mode} ${times}`).sort()).toEqual([
      'lines ShareLock 1',
      'orders AccessExclusiveLock 2',
    ]);
    expect(found?.waits).toMatchObject([{ table: 'orders', mode: 'RowExclusiveLock', times: 1 }]);
    expect(found?.waits[0]?.seconds).toBeGreaterThan(0.4);
  });

  it('are none where nothing was locked, and a table that came with the update is nobody’s', async () => {
    const watch = watchLocks(mine, contextOf());
    const maker = await somebody('create table fresh (id int)', 'alter table fresh add column x int');
    await sleep(500);
    await maker.end();

    expect(await watch.found()).toMatchObject({ held: [], waits: [] });
  });

  it('keep no index from being made concurrently', async () => {
    const watch = watchLocks(mine, contextOf());
    await sleep(300);
    const began = Date.now();
    await ask(tested.urlFor(mine.database), 'create index concurrently on notes (id)');
    expect(Date.now() - began).toBeLessThan(15_000);
    await watch.found();
  });

  it('are not known where nobody can look, and looking ends with the step', async () => {
    expect(await watchLocks({ ...mine, database: 'nowhere' }, contextOf()).found()).toBeNull();
    const ended = AbortSignal.abort();
    expect(await watchLocks(mine, contextOf(ended)).found()).toBeNull();
  });
});

it('tables are measured with their indexes, and compared with what they were', async () => {
  const of = { environment: 'shop/rehearsal', owner: 'shop/rehearsal', ...mine, password: undefined };
  const { password: _, ...measured } = of;
  const before = await measureTables.run({ of: measured, before: null }, contextOf());
  await server.write(mine, ({ script }) =>
    script('insert into lines select generate_series(1, 5000); drop table notes; create table more as select 1 as x'),
  );
  const kept: string[] = [];
  const context: StepContext = {
    ...contextOf(),
    receipt: async (name) => (name === 'tables-before' ? before.receipt : undefined),
    keep: async (path) => void kept.push(path),
  };
  const told = tablesView.parse((await measureTables.run({ of: measured, before: 'tables-before' }, context)).receipt);

  expect(told.largest[0]).toMatchObject({ table: 'lines', before: 0 });
  expect(told.changed.map(({ table }) => table)).toEqual(expect.arrayContaining(['lines', 'more', 'notes']));
  expect(told.changed.find(({ table }) => table === 'notes')?.after).toBeNull();
  expect(told.after).toBeGreaterThan(told.before);
  expect(kept).toEqual(['rehearsal/tables.json']);
});
