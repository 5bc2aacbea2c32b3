/** One moment of a database, shared by a leading connection and the exporting ones. */
import { Failure } from '@slipway/contracts/failure';
import { quoteText } from '../../../../domain/quote.ts';
import type { DatabaseAddress, DatabaseCopier, ExportSession, Statement } from '../../../../ports/database-copy.ts';
import { type Connection, connect } from './client.ts';
import { markedSchema } from './schema-text.ts';
import { dump, type ToolSettings } from './tools.ts';

const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
/**
 * Text that does not depend on who asks; sequential scans that begin at the beginning, so that unchanged rows give the same bytes;
 * a statement whose reader has gone ends within a second; and joins as they are written, for masks are looked up by many of them.
 */
const SETTINGS = `
  SET client_encoding = 'UTF8'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC';
  SET extra_float_digits = 1; SET bytea_output = 'hex'; SET synchronize_seqscans = off; SET jit = off;
  SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET lock_timeout = '60s'; SET row_security = off;
  SET max_parallel_workers_per_gather = 0; SET client_connection_check_interval = '1s'; SET join_collapse_limit = 1; SET work_mem = '128MB';`;

const DUMP_PARAMETERS = [
  ...['--schema-only', '--no-owner', '--no-acl', '--encoding=UTF8', '--no-publications', '--no-subscriptions'],
  ...['--no-security-labels', '--no-tablespaces', '--lock-wait-timeout=60s', '--quote-all-identifiers'],
];

interface Worker {
  readonly connection: Connection;
  /** How many of the prepared statements ran on it. */
  prepared: number;
}

export const openSession = async (
  from: DatabaseAddress,
  options: Parameters<DatabaseCopier['open']>[1],
  tools: ToolSettings,
): Promise<ExportSession> => {
  options.signal.throwIfAborted();
  const lead = await connect(from);
  try {
    await lead.script(`${BEGIN}; ${SETTINGS}`);
    const [row] = await lead.run({
      text: `SELECT pg_export_snapshot() AS moment, current_setting('server_version_num')::int AS server,
                    to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS taken`,
      parameters: [],
    });
    const moment = { name: String(row?.moment), major: Math.floor(Number(row?.server) / 10_000) };
    return sessionOver({ from, lead, moment, takenAt: String(row?.taken), tools, options });
  } catch (error) {
    lead.destroy();
    throw error;
  }
};

interface Opened {
  readonly from: DatabaseAddress;
  readonly lead: Connection;
  readonly moment: { readonly name: string; readonly major: number };
  readonly takenAt: string;
  readonly tools: ToolSettings;
  readonly options: Parameters<DatabaseCopier['open']>[1];
}

const sessionOver = ({ from, lead, moment, takenAt, tools, options }: Opened): ExportSession => {
  const statements: Statement[] = [...options.session];
  const workers = new WorkerPool(options.workers, () => openWorker(from, moment.name));
  const stop = (): void => {
    lead.destroy();
    workers.destroy();
  };
  options.signal.addEventListener('abort', stop, { once: true });
  return {
    takenAt,
    query: (statement) => aborting(options.signal, () => lead.run(statement)),
    prepare: (more) => void statements.push(...more),
    schema: () => schemaOf({ from, moment, tools, signal: options.signal }),
    copyOut: (select) => copyOut(select, { workers, statements, signal: options.signal }),
    close: async () => {
      options.signal.removeEventListener('abort', stop);
      workers.destroy();
      await lead.close();
    },
  };
};

const openWorker = async (from: DatabaseAddress, moment: string): Promise<Worker> => {
  const connection = await connect(from);
  try {
    await connection.script(`${BEGIN}; SET TRANSACTION SNAPSHOT ${quoteText(moment)}; ${SETTINGS}`);
    return { connection, prepared: 0 };
  } catch (error) {
    connection.destroy();
    throw error;
  }
};

async function* copyOut(
  select: string,
  { workers, statements, signal }: { workers: WorkerPool; statements: readonly Statement[]; signal: AbortSignal },
): AsyncIterable<Buffer> {
  const worker = await aborting(signal, () => workers.take());
  let whole = false;
  try {
    for (; worker.prepared < statements.length; worker.prepared++)
      await worker.connection.run(statements[worker.prepared] as Statement);
    for await (const chunk of worker.connection.copyOut(select)) yield chunk;
    whole = true;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    // A COPY that nobody reads to its end leaves a connection that answers nothing else.
    workers.giveBack(worker, whole);
  }
}

/** A connection that was broken by the signal says so instead of "connection lost", which would be tried again. */
const aborting = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
};

interface Moment {
  readonly from: DatabaseAddress;
  readonly moment: Opened['moment'];
  readonly tools: ToolSettings;
  readonly signal: AbortSignal;
}

const schemaOf = async ({ from, moment, tools, signal }: Moment): Promise<Buffer> => {
  const parameters = [...DUMP_PARAMETERS, `--snapshot=${moment.name}`];
  return markedSchema(await dump(tools, { from, major: moment.major, signal, parameters }));
};

/** At most so many connections; who finds none free waits in a row. */
class WorkerPool {
  readonly #limit: number;
  readonly #open: () => Promise<Worker>;
  readonly #free: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #waiting: { resolve: (worker: Worker | null) => void }[] = [];
  #count = 0;
  #closed = false;

  constructor(limit: number, open: () => Promise<Worker>) {
    this.#limit = limit;
    this.#open = open;
  }

  async take(): Promise<Worker> {
    if (this.#closed) throw closed();
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#count < this.#limit) return this.#add();
    const handed = await new Promise<Worker | null>((resolve) => this.#waiting.push({ resolve }));
    if (this.#closed) throw closed();
    return handed ?? this.#add();
  }

  async #add(): Promise<Worker> {
    this.#count++;
    try {
      const worker = await this.#open();
      this.#all.add(worker);
      if (this.#closed) {
        worker.connection.destroy();
        throw closed();
      }
      return worker;
    } catch (error) {
      this.#count--;
      this.#waiting.shift()?.resolve(null);
      throw error;
    }
  }

  giveBack(worker: Worker, whole: boolean): void {
    if (!whole) {
      worker.connection.destroy();
      this.#all.delete(worker);
      this.#count--;
      this.#waiting.shift()?.resolve(null);
      return;
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(worker);
    else next.resolve(worker);
  }

  destroy(): void {
    this.#closed = true;
    for (const worker of this.#all) worker.connection.destroy();
    for (const { resolve } of this.#waiting.splice(0)) resolve(null);
  }
}

const closed = (): Failure => new Failure('database-unreachable', { reason: 'the export was closed' });
