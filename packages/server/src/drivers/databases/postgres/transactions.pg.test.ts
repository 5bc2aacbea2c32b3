import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Secret } from '../../../domain/secret.ts';
import { ask, testServer } from './test-server.contract.ts';

const adminUrl = inject('postgresUrl');
const server = testServer(adminUrl, null).open(adminUrl, 'transactions');
const sql = (text: string, ...parameters: unknown[]) => ({ text, parameters });

describe('a transaction with an environment’s own rights', () => {
  const mine = { database: 'transactions_a', role: 'transactions_a', password: new Secret('p@ss/word') };

  beforeAll(async () => {
    await server.ensureRole(mine.role, mine.password, 'shop/pr-1');
    await server.create(mine.database, mine.role, 'shop/pr-1');
    await server.write(mine, ({ script }) => script('create table t (x int); insert into t values (1)'));
  });
  afterAll(async () => {
    await server.drop(mine.database);
    await server.dropRole(mine.role);
    await ask(adminUrl, 'DROP ROLE slipway_transactions_odoo');
    await server.end();
  });
  const content = () => server.read(mine, async ({ run }) => (await run(sql('select x from t order by x'))).rows);

  it('is its role’s, and not the administrator’s', async () => {
    const who = await server.read(mine, async ({ run }) => (await run(sql('select current_user as who'))).rows);

    expect(who).toEqual([{ who: 'transactions_a' }]);
    await expect(
      server.write(mine, ({ script }) => script(`copy t to program 'cat > /tmp/never'`)),
    ).rejects.toMatchObject({ code: 'database-refused' });
  });

  it('tells how many rows it changed', async () => {
    const count = await server.write(mine, async ({ run }) => {
      const { count: changed } = await run(sql('update t set x = x where x = $1', 1));
      return changed;
    });

    expect(count).toBe(1);
  });

  it('does all or nothing', async () => {
    const broken = server.write(mine, async ({ run, script }) => {
      await run(sql('insert into t values (2)'));
      await script('insert into t values (3); insert into nowhere values (4)');
    });

    await expect(broken).rejects.toMatchObject({ code: 'database-refused', facts: { reason: /nowhere/ } });
    expect(await content()).toEqual([{ x: 1 }]);
  });

  it.each(['commit', 'insert into t values (3); commit; begin', 'rollback'])(
    'refuses a script that ends it: %s',
    async (text) => {
      const broken = server.write(mine, async ({ run, script }) => {
        await run(sql('insert into t values (2)'));
        await script(text);
      });

      await expect(broken).rejects.toMatchObject({ code: 'database-refused' });
      expect(await content()).toEqual([{ x: 1 }]);
    },
  );

  it('takes scripts as people write them', async () => {
    await server.write(mine, ({ script }) => script(''));
    await server.write(mine, ({ script }) => script(`-- only a remark\n`));
    await server.write(mine, ({ script }) =>
      script(
        `-- it's a remark; with $$ and $1\nupdate t set x = x;\ncreate table u (y text);\ninsert into u values (E'a\\nb')`,
      ),
    );

    const rows = await server.read(mine, async ({ run }) => (await run(sql('select y from u'))).rows);
    expect(rows).toEqual([{ y: 'a\nb' }]);
  });

  it('changes nothing when it is told to read', async () => {
    const writing = server.read(mine, ({ run }) => run(sql('insert into t values (5)')));

    await expect(writing).rejects.toMatchObject({ code: 'database-refused' });
    await expect(server.read(mine, ({ script }) => script('select 1'))).rejects.toMatchObject({
      code: 'database-refused',
    });
  });

  it('runs several at one go, in their order, each with its own answer', async () => {
    const answers = await server.write(mine, ({ runAll }) =>
      runAll([
        sql('insert into t values (7)'),
        sql('select x from t order by x'),
        sql('select x from t where x = $1', 7),
        sql('delete from t where x > 6'),
      ]),
    );

    expect(answers.map(({ rows, count }) => [rows, count])).toEqual([
      [[], 1],
      [[{ x: 1 }, { x: 7 }], 2],
      [[{ x: 7 }], 1],
      [[], 1],
    ]);
  });

  it('can find out in the same transaction which of several it was', async () => {
    const statements = [sql('insert into t values (8)'), sql('insert into nowhere values (1)'), sql('select 1')];
    const found = await server.write(mine, async ({ run, runAll }) => {
      await expect(runAll(statements)).rejects.toMatchObject({ code: 'database-refused' });
      const left = await run(sql('select x from t'));
      return left.rows;
    });

    expect(found).toEqual([{ x: 1 }]);
  });

  it('leaves nothing in its connection that the next to ask could take for the database', async () => {
    const process = sql('select pg_backend_pid() as pid');
    const before = await server.write(mine, async ({ run, script }) => {
      await script(`create temporary table t as select 666 as x; set work_mem = '66MB'; prepare q as select 666`);
      return (await run(process)).rows;
    });
    const [same, rows, memory] = await server.read(mine, async ({ run }) => [
      (await run(process)).rows,
      (await run(sql('select x from t'))).rows,
      (
        await run(
          sql(
            `select current_setting('work_mem') as memory, (select count(*)::int from pg_prepared_statements) as prepared`,
          ),
        )
      ).rows,
    ]);

    // Else this test would prove nothing.
    expect(same).toEqual(before);
    expect(rows).toEqual([{ x: 1 }]);
    expect(memory).toEqual([{ memory: '4MB', prepared: 0 }]);
  });

  it('stands in nobody’s way who wants the database for himself', async () => {
    const other = { database: 'transactions_b', role: mine.role, password: mine.password };
    await server.create(other.database, mine.role, 'shop/pr-1');
    await server.read(other, ({ run }) => run(sql('select 1')));
    await server.rename(other.database, 'transactions_c');
    await server.read({ ...other, database: 'transactions_c' }, ({ run }) => run(sql('select 1')));
    await server.drop('transactions_c');

    expect(await server.exists('transactions_c')).toBe(false);
  });

  it('takes an address, and shows nothing of one that it cannot read', async () => {
    const rows = await server.read(
      { url: new Secret(adminUrl) },
      async ({ run }) => (await run(sql('select 1 as one'))).rows,
    );
    const broken = await server
      .read({ url: new Secret('postgresql://u:hidden-word@[broken/x') }, async () => null)
      .catch((error: unknown) => error);

    expect(rows).toEqual([{ one: 1 }]);
    expect(broken).toMatchObject({ code: 'database-refused' });
    expect(JSON.stringify(broken) + String((broken as Error).stack)).not.toContain('hidden-word');
  });

  it('says that a server is away', async () => {
    const away = server.read({ url: new Secret('postgresql://u@127.0.0.1:1/x') }, async () => null);

    await expect(away).rejects.toMatchObject({ code: 'database-unreachable' });
  });
});
