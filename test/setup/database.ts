import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { migrate, readMigrations } from '../../packages/server/src/store/migrate.ts';
import { survive } from '../../packages/server/src/store/queryable.ts';

export const TEMPLATE_PREFIX = 'slipway_test_template_';

export interface FreshDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** A database of one's own with today's schema: a copy of a template, which is made once per server and set of migrations (50 ms instead of 300). */
export const freshDatabase = async (serverUrl: string): Promise<FreshDatabase> => {
  const name = `slipway_test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, async (client) => {
    const template = await ensureTemplate(client, serverUrl);
    await client.query(`create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}`);
  });
  return { url: inDatabase(serverUrl, name), drop: () => dropDatabase(serverUrl, name) };
};

/** A database without anything in it. */
export const emptyDatabase = async (serverUrl: string, owner?: string): Promise<FreshDatabase> => {
  const name = `slipway_test_${randomBytes(6).toString('hex')}`;
  const owned = owner === undefined ? '' : ` owner ${pg.escapeIdentifier(owner)}`;
  await onServer(serverUrl, (client) => client.query(`create database ${pg.escapeIdentifier(name)}${owned}`));
  return { url: inDatabase(serverUrl, name), drop: () => dropDatabase(serverUrl, name) };
};

export const inDatabase = (url: string, database: string, user?: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  if (user !== undefined) changed.username = user;
  return changed.toString();
};

/** One connection for one piece of work. */
export const onServer = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url });
  // Between two statements nobody listens; the next one says that the connection is gone.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const LEAK_MILLISECONDS = 5000;

/** A pool answers that it has ended a moment before its connections are gone; one that stays was forgotten, and that fails the test. */
const dropDatabase = async (serverUrl: string, name: string): Promise<void> => {
  const open = await onServer(serverUrl, async (client) => {
    let names: string[] = [];
    for (const until = Date.now() + LEAK_MILLISECONDS; Date.now() < until; await sleep(10)) {
      const { rows } = await client.query('select application_name from pg_stat_activity where datname = $1', [name]);
      names = rows.map((row) => row.application_name as string);
      if (names.length === 0) break;
    }
    await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
    return names;
  });
  if (open.length > 0) throw new Error(`${open.length} connections were left open: ${open.join(', ')}`);
};

/** Made under a temporary name and renamed, so that it exists only when whole; a lock keeps test files from making it twice. */
const ensureTemplate = async (client: pg.Client, serverUrl: string): Promise<string> => {
  const migrations = await readMigrations();
  const hash = createHash('sha256')
    .update(migrations.map((one) => one.sha256).join())
    .digest('hex');
  const name = `${TEMPLATE_PREFIX}${hash.slice(0, 12)}`;
  await client.query("select pg_advisory_lock(hashtextextended('slipway.test-template', 0))");
  const { rows } = await client.query('select from pg_database where datname = $1', [name]);
  if (rows.length === 0) {
    const draft = `${name}_draft`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await client.query(`create database ${draft} template template0`);
    const pool = testPool(inDatabase(serverUrl, draft), 1);
    await migrate(pool).finally(() => pool.end());
    await client.query(`alter database ${draft} rename to ${name}`);
  }
  return name;
};

/** For tests that look into a database beside what they test; its database may be dropped right after `end`. */
export const testPool = (connectionString: string, max: number): pg.Pool => {
  const pool = new pg.Pool({ connectionString, max });
  survive(pool);
  return pool;
};
