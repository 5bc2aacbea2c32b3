import { quoteName } from '../../../../domain/quote.ts';
import type { DatabaseAddress } from '../../../../ports/database-copy.ts';
import { type Connection, connect } from './client.ts';
import { FAST } from './finish.ts';

/** Below this a table is filled as it is: a new file per table, index and TOAST table costs more than these rows. */
const SMALL_BYTES = 1024 * 1024;
const IDLE_MILLISECONDS = 1000;

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/** ONLY throughout: tables of Odoo inherit from each other (ir_act_window from ir_actions), and each row belongs to one. */
export const copyIn = async (connection: Connection, table: Table, rows: AsyncIterable<Buffer>): Promise<number> => {
  const { head, ended, rest } = await beginning(rows);
  const name = quoteName(table.name);
  const columns = table.columns.map(quoteName).join(', ');
  const [found] = await connection.run({
    text: `SELECT EXISTS (SELECT FROM ONLY public.${name}) AS any`,
    parameters: [],
  });
  if (ended && found?.any === false && head.length === 0) return 0;
  await connection.script('BEGIN');
  // A large table gets new files, so that FREEZE may write rows as if vacuumed: whoever reads them later need not write again.
  if (!ended || found?.any === true) await connection.script(`TRUNCATE ONLY public.${name}`);
  const options = ended ? '' : ' WITH (FREEZE)';
  const count = await connection.copyIn(`COPY public.${name} (${columns}) FROM STDIN${options}`, chain(head, rest));
  await connection.script('COMMIT');
  return count;
};

/** Reads until it is known whether there is much to come. */
const beginning = async (
  rows: AsyncIterable<Buffer>,
): Promise<{ readonly head: Buffer[]; readonly ended: boolean; readonly rest: AsyncIterator<Buffer> }> => {
  const rest = rows[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  for (let bytes = 0; bytes < SMALL_BYTES; ) {
    const { done, value } = await rest.next();
    if (done) return { head, ended: true, rest };
    bytes += value.length;
    head.push(value);
  }
  return { head, ended: false, rest };
};

async function* chain(head: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncIterable<Buffer> {
  yield* head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** A restore fills a thousand tables, most of them with nothing: connections are kept for a moment, and let go before the database is handed over. */
export class Connections {
  readonly #idle = new Map<DatabaseAddress, { connection: Connection; timer: NodeJS.Timeout }[]>();

  async use<T>(to: DatabaseAddress, work: (connection: Connection) => Promise<T>): Promise<T> {
    const kept = this.#idle.get(to)?.pop();
    if (kept !== undefined) clearTimeout(kept.timer);
    const connection = kept?.connection ?? (await opened(to));
    try {
      const result = await work(connection);
      this.#keep(to, connection);
      return result;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  #keep(to: DatabaseAddress, connection: Connection): void {
    const list = this.#idle.get(to) ?? [];
    this.#idle.set(to, list);
    const timer = setTimeout(() => {
      const left = list.filter((one) => one.connection !== connection);
      list.splice(0, list.length, ...left);
      if (list.length === 0) this.#idle.delete(to);
      void connection.close();
    }, IDLE_MILLISECONDS).unref();
    list.push({ connection, timer });
  }

  async release(to: DatabaseAddress): Promise<void> {
    const list = this.#idle.get(to) ?? [];
    this.#idle.delete(to);
    for (const { timer } of list) clearTimeout(timer);
    await Promise.all(list.map(({ connection }) => connection.close()));
  }
}

const opened = async (to: DatabaseAddress): Promise<Connection> => {
  const connection = await connect(to);
  await connection.script(`${FAST} SET client_encoding = 'UTF8'`);
  return connection;
};
