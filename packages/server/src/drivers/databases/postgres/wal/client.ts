/** One connection that speaks PostgreSQL's replication protocol; the only file of this folder that sees the address. */
import { Failure } from '@slipway/contracts/failure';
import pg from 'pg';
import type { DatabaseAddress } from '../../../../ports/database-copy.ts';
import { asDatabaseFailure, sqlState } from '../failures.ts';

const CONNECT_MILLISECONDS = 10_000;
/** More than this waits in memory: then the server is made to wait. */
const HELD_BYTES = 8 * 1024 * 1024;

export type Row = Readonly<Record<string, string | null>>;

/** What `pg` has and does not declare. */
interface Wire {
  readonly stream: { pause(): void; resume(): void; destroy(): void };
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
}
interface Submitted {
  submit(connection: Wire): void;
}
type Fields = { readonly fields: readonly { readonly name: string }[] };

export interface Copying {
  /** Results that came before the copy began, and after it had ended. */
  readonly rows: readonly Row[];
  readonly began: Promise<void>;
  readonly pieces: AsyncIterable<Buffer>;
  send(message: Buffer): void;
}

export interface ReplicationConnection {
  run(text: string): Promise<readonly Row[]>;
  copy(text: string): Copying;
  close(): void;
}

/** Failures: database-unreachable, archive-refused. */
export const connectForReplication = async ({ url }: DatabaseAddress): Promise<ReplicationConnection> => {
  const client = new pg.Client({
    connectionString: url.reveal(),
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    application_name: 'slipway-archive',
    keepAlive: true,
    replication: 'true',
  } as pg.ClientConfig);
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw asArchiveFailure(error);
  }
  const submit = (one: Submitted): void => void (client as unknown as { query(one: Submitted): void }).query(one);
  const wire = (client as unknown as { connection: Wire }).connection;
  return {
    run: async (text) => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly Row[]>();
      const exchange: Exchange = new Exchange(text, (error) =>
        error === null ? resolve(exchange.rows) : reject(asArchiveFailure(error)),
      );
      submit(exchange);
      return promise;
    },
    copy: (text) => {
      const exchange = new Exchange(text, () => undefined);
      submit(exchange);
      return exchange;
    },
    close: () => wire.stream.destroy(),
  };
};

/** Refusals about who asks, or about what the server is, are the user's to mend. */
export const asArchiveFailure = (error: unknown): unknown => {
  const state = sqlState(error);
  const reason = error instanceof Error ? error.message : String(error);
  if (state === '58P01' || /has already been removed|exceeds? the maximum|invalidated/.test(reason))
    return new Failure('wal-lost', { reason }, error);
  if (state !== undefined && /^(28|42501|0A|55000)/.test(state))
    return new Failure('archive-refused', { reason }, error);
  return asDatabaseFailure(error);
};

/** One simple query whose answer may hold rows and a copy in either or both directions. */
class Exchange implements Submitted, Copying {
  readonly rows: Row[] = [];
  readonly began: Promise<void>;
  readonly #text: string;
  readonly #ended: (error: unknown) => void;
  readonly #begin: { resolve(): void; reject(error: unknown): void };
  #wire: Wire | null = null;
  #fields: readonly string[] = [];
  #queue: Buffer[] = [];
  #held = 0;
  #over: { readonly error: unknown } | null = null;
  #wake: () => void = () => undefined;

  constructor(text: string, ended: (error: unknown) => void) {
    this.#text = text;
    this.#ended = ended;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => undefined);
    this.began = promise;
    this.#begin = { resolve, reject };
  }

  submit(connection: Wire): void {
    this.#wire = connection;
    connection.query(this.#text);
  }
  send(message: Buffer): void {
    this.#wire?.sendCopyFromChunk(message);
  }
  handleRowDescription({ fields }: Fields): void {
    this.#fields = fields.map(({ name }) => name);
  }
  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    this.rows.push(Object.fromEntries(this.#fields.map((name, i) => [name, fields[i] ?? null])));
  }
  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    // The parser goes on using its memory.
    this.#queue.push(Buffer.from(chunk));
    this.#held += chunk.length;
    if (this.#held > HELD_BYTES) this.#wire?.stream.pause();
    this.#begin.resolve();
    this.#wake();
  }
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleReadyForQuery(): void {
    this.#end(null);
  }
  handleError(error: unknown): void {
    this.#end(error);
  }

  #end(error: unknown): void {
    if (this.#over !== null) return;
    this.#over = { error };
    if (error === null) this.#begin.resolve();
    else this.#begin.reject(asArchiveFailure(error));
    this.#ended(error);
    this.#wake();
  }

  get pieces(): AsyncIterable<Buffer> {
    return this.#take();
  }
  async *#take(): AsyncIterable<Buffer> {
    for (;;) {
      const next = this.#queue.shift();
      if (next !== undefined) {
        this.#held -= next.length;
        if (this.#held <= HELD_BYTES / 2) this.#wire?.stream.resume();
        yield next;
        continue;
      }
      if (this.#over?.error != null) throw asArchiveFailure(this.#over.error);
      if (this.#over !== null) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
