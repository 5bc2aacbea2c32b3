/** The only file of the copier that opens connections and sees the address. */
import pg from 'pg';
import copyStreams from 'pg-copy-streams';
import type { DatabaseAddress, Statement } from '../../../../ports/database-copy.ts';
import { asDatabaseFailure } from '../failures.ts';
import { copyOut } from './copy-out.ts';

const CONNECT_MILLISECONDS = 10_000;
/** Large enough that one turn of the event loop moves many rows. */
const CHUNK = 512 * 1024;

export type Row = Readonly<Record<string, unknown>>;

export interface Connection {
  run(statement: Statement): Promise<readonly Row[]>;
  /** Statements of ours in one go, without parameters; one transaction unless they say otherwise. */
  script(text: string): Promise<void>;
  copyOut(select: string): AsyncIterable<Buffer>;
  /** Answers how many rows PostgreSQL took. */
  copyIn(statement: string, rows: AsyncIterable<Buffer>): Promise<number>;
  close(): Promise<void>;
  /** At once, also in the middle of a statement. */
  destroy(): void;
}

/** Failures: database-unreachable, database-refused, disk-full. */
export const connect = async ({ url }: DatabaseAddress): Promise<Connection> => {
  const client = new pg.Client({
    connectionString: url.reveal(),
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    application_name: 'slipway-copy',
    keepAlive: true,
  });
  // A connection that breaks while idle must not end the process; the next statement reports it.
  client.on('error', () => undefined);
  await orFailure(() => client.connect());
  const socket = (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
  return {
    run: ({ text, parameters }) =>
      orFailure(async () => (await client.query(text, [...parameters])).rows as readonly Row[]),
    script: (text) => orFailure(async () => void (await client.query(text))),
    copyOut: (select) => rowsOf(client, select),
    copyIn: (statement, rows) => orFailure(() => copyIn(client, statement, rows)),
    close: () => client.end().catch(() => undefined),
    destroy: () => socket.destroy(),
  };
};

/** One connection for one piece of work. */
export const connected = async <T>(to: DatabaseAddress, work: (connection: Connection) => Promise<T>): Promise<T> => {
  const connection = await connect(to);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
};

async function* rowsOf(client: pg.Client, select: string): AsyncIterable<Buffer> {
  try {
    yield* copyOut(client, select);
  } catch (error) {
    throw asDatabaseFailure(error);
  }
}

const copyIn = async (client: pg.Client, statement: string, rows: AsyncIterable<Buffer>): Promise<number> => {
  const stream = client.query(copyStreams.from(statement, { highWaterMark: CHUNK }));
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  stream.once('finish', resolve).once('error', reject);
  // Looked at below, and in the loop: between the two nobody waits for it.
  ended.catch(() => undefined);
  try {
    for await (const chunk of rows)
      if (!stream.write(chunk))
        await Promise.race([new Promise<void>((drained) => stream.once('drain', drained)), ended]);
  } catch (error) {
    // Ends the COPY with an error, and with it the transaction.
    stream.destroy(error as Error);
    throw error;
  }
  stream.end();
  await ended;
  return stream.rowCount;
};

const orFailure = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw asDatabaseFailure(error);
  }
};

/** What a program of PostgreSQL is given: the address without the password, and the password for its environment. */
export const forPrograms = ({
  url,
}: DatabaseAddress): {
  readonly address: string;
  readonly password: string;
  readonly socketFolder: string | null;
} => {
  const parsed = new URL(url.reveal());
  const password = decodeURIComponent(parsed.password);
  parsed.password = '';
  const host = parsed.searchParams.get('host');
  return { address: parsed.toString(), password, socketFolder: host?.startsWith('/') ? host : null };
};
