import { Failure } from '@slipway/contracts/failure';
import {
  oneByOne,
  type SqlAnswer,
  type SqlDatabases,
  type SqlLogin,
  type SqlSession,
} from '../../../ports/sql-databases.ts';
import type { MemoryDatabase, World } from './world.ts';

/**
 * Transactions as far as neutralising needs them: whoever puts the crons off neutralises; whoever asks a database that is not
 * neutral finds an active one. Which tables there are, which modules are installed and how many orders there are, it knows.
 */
export const openMemorySql = (world: World): SqlDatabases => ({
  write: (login, work) =>
    world.act('sql.write', async () => {
      const found = databaseOf(world, login);
      if (found.closed)
        throw new Failure('database-refused', { reason: 'permission denied: the database is closed to writes' });
      const before = { ...found };
      try {
        const result = await work(session(world, found));
        world.count('sql.write');
        return result;
      } catch (error) {
        const { neutral, queued, statements } = before;
        Object.assign(found, { neutral, queued, statements });
        throw error;
      }
    }),
  read: (login, work) => world.act('sql.read', () => work(session(world, databaseOf(world, login)))),
});

const databaseOf = (world: World, login: SqlLogin): MemoryDatabase => {
  if ('url' in login) throw new Failure('database-unreachable', { reason: 'there is only memory here' });
  const found = world.databases.get(login.database);
  if (found === undefined)
    throw new Failure('database-refused', { reason: `database "${login.database}" does not exist` });
  if (found.role !== login.role)
    throw new Failure('database-refused', { reason: `permission denied for database "${login.database}"` });
  return found;
};

const answer = (rows: SqlAnswer['rows']): SqlAnswer => ({ rows, count: rows.length });

const COLUMNS = [
  ['ir_config_parameter', 'key', 'character varying'],
  ['ir_config_parameter', 'value', 'text'],
  ['ir_cron', 'active', 'boolean'],
  ['ir_cron_trigger', 'id', 'integer'],
  ['sale_order', 'id', 'integer'],
] as const;

/** As every Odoo has them, and one of each other kind. */
const USERS = [
  { uid: 2, login: 'admin', name: 'Mitchell', active: true, kind: 'internal' },
  { uid: 6, login: 'demo', name: 'Marc', active: true, kind: 'internal' },
  { uid: 7, login: 'portal', name: 'Joel', active: true, kind: 'portal' },
  { uid: 5, login: 'former', name: 'Anna', active: false, kind: 'internal' },
  { uid: 4, login: 'public', name: 'Public', active: false, kind: 'public' },
];

/** A business figure, as an invariant asks for it. */
const ordersOf = ({ contents }: MemoryDatabase): SqlAnswer['rows'][number] => {
  const says = 'Number of sales orders';
  return { key: 'Number', says, unit: 'count', value: String(contents.get('sale_order')?.length ?? 0) };
};

const installedIn = ({ modules }: MemoryDatabase): SqlAnswer['rows'] =>
  [...modules]
    .filter(([, state]) => state === 'installed')
    .map(([name]) => ({ name, version: '19.0.1.0', title: `Module ${name}` }));

const session = (world: World, database: MemoryDatabase): SqlSession => {
  const run = runner(world, database);
  return {
    run,
    runAll: oneByOne(run),
    script: async () => {
      database.statements++;
    },
  };
};

const runner =
  (world: World, database: MemoryDatabase): SqlSession['run'] =>
  async ({ text }) => {
    await world.fault({ method: 'sql.run', when: 'before' });
    if (/pg_attribute/.test(text))
      return answer(COLUMNS.map(([table, column, type]) => ({ table, column, type, required: false, length: null })));
    if (/^select name from ir_module_module/.test(text))
      return answer([...database.modules.keys()].map((name) => ({ name })));
    if (/^select name, latest_version/.test(text)) return answer(installedIn(database));
    if (/from ir_attachment/.test(text)) return answer([{ count: 12, bytes: '3400000' }]);
    if (/from res_users/.test(text)) return answer(USERS);
    if (/savepoint/.test(text)) return { rows: [], count: 0 };
    if (/^select now\(\)/.test(text)) return answer([{ now: world.now() }]);
    if (/"sale_order" t/.test(text)) return answer([ordersOf(database)]);
    if (/^select/.test(text)) {
      const active = !database.neutral && /"ir_cron"/.test(text);
      const due = database.queued && /"ir_cron_trigger"/.test(text);
      return answer(active || due ? [{ what: active ? 'ir_cron 1' : 'ir_cron_trigger 1', total: 1 }] : []);
    }
    database.statements++;
    if (/^update "ir_cron"/.test(text)) database.neutral = true;
    if (/^delete from "ir_cron_trigger"/.test(text)) database.queued = false;
    return { rows: [], count: 0 };
  };
