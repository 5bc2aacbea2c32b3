/**
 * Rows of a COPY as they come off the wire, in large buffers. PostgreSQL sends a message for each row; a stream that makes an object
 * of each costs more than masking does. Here a row is moved once.
 */

import type { Socket } from 'node:net';
import type pg from 'pg';

/** Large enough that one turn of the event loop moves many rows. */
const BUFFER_BYTES = 1024 * 1024;
const HEADER_BYTES = 5;
/** Codes of messages: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const COPY_DATA = 0x64;
const COPY_DONE = 0x63;
const ERROR = 0x45;

type OnData = (bytes: Buffer) => void;
/** What pg hands to a query of one's own; its types leave it out. */
interface Wire {
  readonly stream: Socket;
  query(text: string): void;
}

export async function* copyOut(client: pg.Client, select: string): AsyncIterable<Buffer> {
  const query = new CopyOutQuery(`COPY (${select}) TO STDOUT`);
  client.query(query as unknown as pg.Submittable);
  yield* query.rows();
}

/** While it runs, it reads the socket itself; before and after, pg does. */
class CopyOutQuery {
  readonly text: string;
  /** pg sets it for a query that has none. */
  readonly callback = (): void => undefined;
  #wire: Wire | null = null;
  #handler: OnData | null = null;
  #failure: { readonly error: unknown } | null = null;
  #ended = false;
  #wake: () => void = () => undefined;
  /** Of the message that is being read: bytes still to come, and whether they are rows. */
  #left = 0;
  #isData = false;
  #rest: Buffer = Buffer.alloc(0);
  #out = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #used = 0;
  readonly #full: Buffer<ArrayBuffer>[] = [];
  /** Used again: new memory for every megabyte makes V8 collect its whole heap again and again. */
  readonly #free: Buffer<ArrayBuffer>[] = [];

  constructor(text: string) {
    this.text = text;
  }

  submit(wire: Wire): void {
    this.#wire = wire;
    this.#handler = wire.stream.listeners('data')[0] as OnData;
    wire.stream.removeListener('data', this.#handler);
    wire.stream.pause();
    wire.stream.on('readable', this.#onReadable);
    wire.query(this.text);
    this.#onReadable();
  }

  handleError(error: unknown): void {
    this.#failure = { error };
    this.#giveBack(Buffer.alloc(0));
    this.#wake();
  }
  handleCommandComplete(): void {}
  handleReadyForQuery(): void {}
  handleCopyData(): void {}

  /** A chunk is the reader's until it asks for the next one: the same two pieces of memory hold all of them. */
  async *rows(): AsyncIterable<Buffer> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure.error;
      if (this.#ended) break;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const chunk = this.#handler === null ? null : ((this.#wire?.stream.read() ?? null) as Buffer | null);
      if (chunk !== null) this.#read(chunk);
      else await promise;
      yield* this.#filled();
    }
    if (this.#used > 0) yield this.#out.subarray(0, this.#used);
  }

  *#filled(): Iterable<Buffer> {
    for (let full = this.#full.shift(); full !== undefined; full = this.#full.shift()) {
      yield full;
      this.#free.push(full);
    }
  }

  readonly #onReadable = (): void => this.#wake();

  /** Takes in what came; ends or fails when the last message of the COPY is in it. */
  #read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      if (this.#left > 0) {
        const end = Math.min(at + this.#left, bytes.length);
        if (this.#isData) this.#take(bytes, at, end);
        this.#left -= end - at;
        at = end;
      }
      if (this.#left > 0 || bytes.length - at < HEADER_BYTES) break;
      const code = bytes[at] as number;
      // pg reads the error itself, and says so by handleError.
      if (code === ERROR) {
        this.#giveBack(bytes.subarray(at));
        return;
      }
      this.#left = bytes.readUInt32BE(at + 1) - 4;
      this.#isData = code === COPY_DATA;
      at += HEADER_BYTES;
      if (code !== COPY_DONE) continue;
      this.#ended = true;
      this.#giveBack(bytes.subarray(at));
      return;
    }
    this.#rest = bytes.subarray(at);
  }

  #take(bytes: Buffer, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const next = Math.min(end, at + BUFFER_BYTES - this.#used);
      bytes.copy(this.#out, this.#used, at, next);
      this.#used += next - at;
      at = next;
      if (this.#used < BUFFER_BYTES) continue;
      this.#full.push(this.#out);
      this.#out = this.#free.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
      this.#used = 0;
    }
  }

  #giveBack(rest: Buffer): void {
    const [wire, handler] = [this.#wire, this.#handler];
    if (wire === null || handler === null) return;
    this.#handler = null;
    wire.stream.removeListener('readable', this.#onReadable);
    wire.stream.on('data', handler);
    if (rest.length > 0) handler(rest);
    // Taking `readable` away pauses the stream in this very turn.
    process.nextTick(() => wire.stream.resume());
  }
}
