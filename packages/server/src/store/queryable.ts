import { Failure } from '@slipway/contracts/failure';
import { Pool, type PoolClient, types } from 'pg';

/** A pool, or a client inside a transaction of the caller's. Every function of the store takes either. */
export type Queryable = Pool | PoolClient;

/** Advisory locks of this schema, in one place so that no two share a number. */
export const LOCKS = { migrate: 7_310_001, claim: 7_310_002, evidence: 7_310_003, template: 7_310_004 } as const;
// 7_310_018 is taken by ops.record_change(), see 0018-changes.up.sql.

const INT8 = 20;
const TIMESTAMPTZ = 1184;
const asDate = types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => Date;

/** Times come back as ISO 8601 in UTC and bigints as numbers, whoever made the pool: so a row is a record without further mapping. */
const parsers = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === TIMESTAMPTZ) return (text: string) => asDate(text).toISOString();
    if (oid === INT8) return Number;
    return types.getTypeParser(oid, format as 'text');
  },
};

/** PostgreSQL compiles what it takes for dear: seconds for a board that is read in milliseconds, and each time anew. */
export const SESSION_OPTIONS = '-c jit=off';

/**
 * `max` connections. Idle ones are closed, so that a stopped test or server leaves none; `keepIdle`: so many stay, for what cannot wait for
 * a new one. A broken idle connection is replaced, not thrown. A server that takes a statement and never answers (its machine is gone, its
 * disk hangs) is unreachable after a minute: a run would wait for it for ever, and renew its lease through another connection.
 */
export const openPool = (
  url: string,
  options: {
    readonly max?: number;
    readonly name?: string;
    readonly keepIdle?: number;
    /** For one statement; no statement of the store takes a second. */
    readonly patienceMilliseconds?: number;
  } = {},
): Pool => {
  const pool = new Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: options.name ?? 'slipway',
    connectionTimeoutMillis: 10_000,
    query_timeout: options.patienceMilliseconds ?? 60_000,
    keepAlive: true,
    options: SESSION_OPTIONS,
    min: options.keepIdle ?? 0,
  });
  survive(pool);
  return pool;
};

/**
 * What a server says to a connection that nobody uses must not end the process. The pool itself listens to idle ones only, and no more to one that
 * it lets go: a server that is stopped in that very moment ("terminating connection") would be heard by nobody.
 */
export const survive = (pool: Pool): void => {
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
};

/** Rows of one statement. Failures: database-unreachable (retry), database-refused, disk-full. */
export const query = async <Row>(db: Queryable, text: string, values: readonly unknown[] = []): Promise<Row[]> => {
  try {
    const result = await db.query({ text, values: [...values], types: parsers });
    return result.rows as Row[];
  } catch (error) {
    throw asStoreFailure(error);
  }
};

/** Rows as the driver gives them (times as Date), for views. The same failures. */
export const queryRaw = async (
  db: Queryable,
  text: string,
  values: readonly unknown[],
): Promise<Readonly<Record<string, unknown>>[]> => {
  try {
    return (await db.query(text, [...values])).rows as Record<string, unknown>[];
  } catch (error) {
    throw asStoreFailure(error);
  }
};

/** The first row, or null. */
export const queryOne = async <Row>(
  db: Queryable,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row | null> => (await query<Row>(db, text, values))[0] ?? null;

/** The driver would turn an array into a PostgreSQL array; jsonb wants text. */
export const json = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/**
 * All or nothing. With a pool: a transaction of its own. With a client: part of the caller's transaction, so that
 * functions of the store can be put together.
 */
export const inTransaction = async <T>(db: Queryable, work: (tx: PoolClient) => Promise<T>): Promise<T> => {
  if (!(db instanceof Pool)) return work(db);
  const client = await connect(db);
  let broken: Error | undefined;
  try {
    await query(client, 'begin');
    const result = await work(client);
    await query(client, 'commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((cause: Error) => {
      broken = cause;
    });
    throw error;
  } finally {
    client.release(broken);
  }
};

/** A connection of one's own, with a handler, because an unhandled 'error' event would end the process. */
export const connect = async (pool: Pool): Promise<PoolClient> => {
  try {
    const client = await pool.connect();
    if (client.listenerCount('error') === 0) client.on('error', () => undefined);
    return client;
  } catch (error) {
    throw asStoreFailure(error);
  }
};

const UNREACHABLE = /^(08|57P0[1235])/;
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);
const LOST =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|^Query read timeout$/;
const REFUSED = /^(42501|28|3D000|53300)/;

/** Which row of the error table a PostgreSQL error is; what is none of the world's faults stays as it is, a bug. */
export const asStoreFailure = (error: unknown): unknown => {
  if (!(error instanceof Error) || error instanceof Failure) return error;
  const code = (error as Error & { code?: string }).code ?? '';
  const reason = error.message || code;
  if (UNREACHABLE.test(code) || NETWORK.has(code) || LOST.test(error.message))
    return new Failure('database-unreachable', { reason }, error);
  if (code === '53100') return new Failure('disk-full', { reason }, error);
  if (REFUSED.test(code)) return new Failure('database-refused', { reason }, error);
  return error;
};
