import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { SESSION_OPTIONS, survive } from '../../packages/server/src/store/queryable.ts';

/** A process that can be killed: from then on nothing it has begun comes to an end, and nothing it asks is answered. */
export interface Life {
  readonly owner: string;
  dead: boolean;
  /** Called after each write that is through. */
  wrote: (statement: string) => Promise<void>;
}

export const never = (): Promise<never> => new Promise(() => undefined);

/** Nothing comes back to the dead, neither answers nor errors. */
export const whileAlive = async <T>(life: Life, work: () => Promise<T>): Promise<T> => {
  if (life.dead) return never();
  try {
    const result = await work();
    return life.dead ? await never() : result;
  } catch (error) {
    if (life.dead) return never();
    throw error;
  }
};

const WRITES = /^\s*(?:with\b[^;]*?\)\s*)?(?:insert|update|delete|commit)\b/i;
/** They come by the clock, not by the course of a run. */
const BY_TIME = /lease_until = clock_timestamp\(\) \+ make_interval\(secs => lease_seconds\)|ops\.log_lines/;

const textOf = (query: unknown): string =>
  typeof query === 'string' ? query : String((query as { text?: string }).text ?? '');

const TERMINATE = 'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1';
/** So often in a row nobody is there. */
const LOOKS = 2;
const LOOK_MILLISECONDS = 10;

type AnyQuery = (...parameters: unknown[]) => unknown;

/** The pool of one such process. What it has open when it dies is rolled back by PostgreSQL, as for any process that dies. */
export class MortalPool extends pg.Pool {
  readonly #life: Life;
  readonly #url: string;
  readonly #wrapped = new WeakSet<object>();

  constructor(url: string, life: Life) {
    super({ connectionString: url, max: 10, application_name: life.owner, options: SESSION_OPTIONS });
    this.#life = life;
    this.#url = url;
    survive(this);
    const query = this.query.bind(this) as AnyQuery;
    this.query = ((...parameters: unknown[]) => this.#ask(query, parameters, WRITES)) as typeof this.query;
    const connect = this.connect.bind(this);
    this.connect = ((callback?: Parameters<typeof connect>[0]) =>
      callback === undefined
        ? whileAlive(this.#life, async () => this.#wrap(await connect()))
        : connect(callback)) as typeof this.connect;
  }

  #ask(query: AnyQuery, parameters: unknown[], writes: RegExp): unknown {
    if (typeof parameters.at(-1) === 'function') return query(...parameters);
    const statement = textOf(parameters[0]);
    return whileAlive(this.#life, async () => {
      const result = await query(...parameters);
      if (writes.test(statement) && !BY_TIME.test(statement))
        await this.#life.wrote(statement.replace(/\s+/g, ' ').trim().slice(0, 60));
      return result;
    });
  }

  /** In a transaction only its end counts. */
  #wrap(client: pg.PoolClient): pg.PoolClient {
    if (this.#wrapped.has(client)) return client;
    this.#wrapped.add(client);
    const query = client.query.bind(client) as AnyQuery;
    client.query = ((...parameters: unknown[]) => this.#ask(query, parameters, /^commit$/i)) as typeof client.query;
    return client;
  }

  async kill(): Promise<void> {
    this.#life.dead = true;
    const client = new pg.Client({ connectionString: this.#url });
    client.on('error', () => undefined);
    await client.connect();
    // Who is told to go may still end the statement he is in, and who is just connecting comes in afterwards.
    for (let quiet = 0; quiet < LOOKS; quiet++) {
      const { rowCount } = await client.query(TERMINATE, [this.#life.owner]);
      if (rowCount !== 0) quiet = -1;
      await pause(LOOK_MILLISECONDS);
    }
    await client.end();
  }
}
