/** The only file of this driver that opens connections and sees passwords. */
import { createHash } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import pg from 'pg';
import { Secret } from '../../../domain/secret.ts';
import type { DatabaseAddress } from '../../../ports/database-copy.ts';
import type { SqlLogin } from '../../../ports/sql-databases.ts';
import { asDatabaseFailure } from './failures.ts';
import { Guests } from './guests.ts';
import { scramVerifier } from './scram.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface Session {
  run(statement: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
}

const CONNECT_MILLISECONDS = 10_000;
/** Longer than the pause between two rounds that look after databases; shorter than what firewalls forget a quiet connection after. */
const IDLE_MILLISECONDS = 60_000;
const MOST_SHARED = 8;

/** Two numbers for PostgreSQL's advisory locks, from a name. */
const lockNumber = (name: string): string => createHash('sha256').update(name).digest().readBigInt64BE(0).toString();

/** Work in the URL's own database shares a few connections; work in another one opens its own and closes it, so none sits on a database that is to be dropped. */
export class AdminClient {
  readonly #url: Secret;
  readonly #pool: pg.Pool;
  readonly #holders: pg.Pool;
  readonly #guests = new Guests();

  constructor(url: Secret) {
    this.#url = url;
    this.#pool = newPool(url, MOST_SHARED);
    this.#holders = newPool(url, Number.MAX_SAFE_INTEGER);
  }

  /** A session on `database` (default: the one in the URL). Failures: database-unreachable, database-refused, disk-full. */
  async session<T>(work: (session: Session) => Promise<T>, database?: string): Promise<T> {
    try {
      await this.#guests.leave();
      return await (database === undefined ? this.#shared(work) : this.#alone(work, this.#addressOf(database)));
    } catch (error) {
      throw asDatabaseFailure(error);
    }
  }

  async end(): Promise<void> {
    await this.#guests.leave();
    await Promise.all([this.#pool.end(), this.#holders.end()]);
  }

  /** A connection for whoever holds a lock: nested work never waits for a place among the shared ones, and no lock outlives the work. */
  async #own<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      await this.#guests.leave();
      return await this.#borrowed(this.#holders, async (session) => {
        const result = await work(session);
        await session.run('SELECT pg_advisory_unlock_all()');
        return result;
      });
    } catch (error) {
      throw asDatabaseFailure(error);
    }
  }

  #shared<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#borrowed(this.#pool, work);
  }

  async #borrowed<T>(pool: pg.Pool, work: (session: Session) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let whole = false;
    try {
      const result = await work(sessionOf(client));
      whole = true;
      return result;
    } finally {
      // After a failure it may be inside a transaction, or gone: such a connection is not given to anyone else.
      client.release(!whole);
    }
  }

  #alone<T>(work: (session: Session) => Promise<T>, address: string): Promise<T> {
    return this.#connected((client) => work(sessionOf(client)), address);
  }

  async #connected<T>(work: (client: pg.Client) => Promise<T>, address: string): Promise<T> {
    const client = newClient(address);
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Holds an advisory lock of that name while `work` runs; the lock goes with the session, also after a crash. */
  locked<T>(name: string, work: (session: Session) => Promise<T>): Promise<T> {
    return this.#own(async (session) => {
      await session.run('SELECT pg_advisory_lock($1)', [lockNumber(name)]);
      return work(session);
    });
  }

  /** False when somebody else holds the lock. */
  tryLocked(name: string, work: (session: Session) => Promise<void>): Promise<boolean> {
    return this.#own(async (session) => {
      const [row] = await session.run('SELECT pg_try_advisory_lock($1) AS held', [lockNumber(name)]);
      if (row?.held === true) await work(session);
      return row?.held === true;
    });
  }

  /** All of `work` or nothing, under a lock that ends with the transaction. */
  transaction<T>(lock: string, work: (session: Session) => Promise<T>): Promise<T> {
    return this.#own(async (session) => {
      await session.run('BEGIN');
      await session.run('SELECT pg_advisory_xact_lock($1)', [lockNumber(lock)]);
      const result = await work(session);
      await session.run('COMMIT');
      return result;
    });
  }

  /** A connection with the rights of `login`, which are not ours. */
  async guest<T>(login: SqlLogin, work: (client: pg.Client) => Promise<T>): Promise<T> {
    try {
      if ('url' in login) return await this.#connected(work, addressGiven(login.url));
      return await this.#visiting(work, this.#addressAs(login));
    } catch (error) {
      throw asDatabaseFailure(error);
    }
  }

  async #visiting<T>(work: (client: pg.Client) => Promise<T>, address: string): Promise<T> {
    const kept = this.#guests.take(address);
    const client = kept ?? newClient(address);
    try {
      if (kept === null) await client.connect();
      const result = await work(client);
      // What is done is done, whether or not its connection can be used again.
      await this.#guests.keep(address, client).catch(() => client.end().catch(() => undefined));
      return result;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** The same server, another database and role. */
  addressOf(database: string, role: string, password: Secret): DatabaseAddress {
    return { url: new Secret(this.#addressAs({ database, role, password })) };
  }

  #addressAs({ database, role, password }: Exclude<SqlLogin, { readonly url: Secret }>): string {
    const url = new URL(this.#addressOf(database));
    url.username = encodeURIComponent(role);
    url.password = encodeURIComponent(password.reveal());
    return url.toString();
  }

  #addressOf(database: string): string {
    const url = new URL(this.#url.reveal());
    url.pathname = `/${encodeURIComponent(database)}`;
    return url.toString();
  }
}

const newPool = (url: Secret, max: number): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    max,
    idleTimeoutMillis: IDLE_MILLISECONDS,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
    application_name: 'slipway',
    allowExitOnIdle: true,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // Nor does the pool listen to one any more that it lets go.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
};

const newClient = (address: string): pg.Client => {
  const client = new pg.Client({
    connectionString: address,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    application_name: 'slipway',
  });
  // A connection that breaks while idle must not end the process; the next statement reports it.
  client.on('error', () => undefined);
  return client;
};

/** Checked here, because what `pg` throws for an address it cannot read shows the address, with its password. */
const addressGiven = (url: Secret): string => {
  const text = url.reveal();
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text))
    throw new Failure('database-refused', { reason: 'this is no address such as postgresql://user@host/database' });
  return text;
};

const sessionOf = (client: pg.ClientBase): Session => ({
  run: async (text, values) => (await client.query(text, values ? [...values] : [])).rows as Row[],
});

/** What is sent to the server instead of a password. */
export const verifierOf = (password: Secret): string => scramVerifier(password.reveal());
