/** Content, compressed and sealed, under a name made of the content: what is stored already is not stored again. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { type Duplex, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createZstdCompress, createZstdDecompress, zstdCompress, zstdDecompress } from 'node:zlib';
import { Failure } from '@slipway/contracts/failure';
import type { StoredObject } from '../domain/snapshot.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { StoreKey } from './keys.ts';
import { SealError, sealed, unsealed } from './seal.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Level 1 gives the size of gzip 6 at the speed of the disk (docs/decisions/0072). */
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: 512 * 1024 };
/** Larger files pass through in pieces, read twice: once for the name, once for the store. */
const WHOLE_BYTES = 16 * 1024 * 1024;
const PIECE = 1024 * 1024;

export const OBJECTS = 'objects/';
export const objectName = (id: string): string => `${OBJECTS}${id.slice(0, 2)}/${id}`;

/** For people, when something is wrong with an object. */
export interface Part {
  readonly snapshot: string;
  /** `table res_partner`, `file ab/abcdef` … */
  readonly part: string;
}

const hasher = (key: StoreKey | null): Hash | Hmac =>
  key === null ? createHash('sha256') : createHmac('sha256', key.names);

const openFile = (path: string): Readable => createReadStream(path, { highWaterMark: PIECE });

/** Unlike `pipe` alone: what breaks in front breaks the end, too. */
const piped = (source: Readable, through: Duplex): AsyncIterable<Buffer> => {
  source.on('error', (error) => through.destroy(error));
  through.on('close', () => source.destroy());
  return source.pipe(through);
};

const LARGER = 'it is larger than it was';
const NOT_ITS_NAME = 'its content is not what its name says';
/** What zlib takes at least. */
const LEAST_CHUNK = 64;

const collected = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return all.length === 1 ? (all[0] as Buffer) : Buffer.concat(all);
};

async function* one(content: Buffer): AsyncIterable<Buffer> {
  yield content;
}

export class ObjectWriter {
  readonly #store: BlobStore;
  readonly #key: StoreKey | null;
  /** Id → bytes in the store. */
  readonly #present: Map<string, number>;
  #sent = 0;

  constructor(store: BlobStore, key: StoreKey | null, present: Map<string, number>) {
    this.#store = store;
    this.#key = key;
    this.#present = present;
  }

  /** Bytes that went to the store; the rest was there. */
  get sent(): number {
    return this.#sent;
  }

  /** Of what an earlier snapshot names; null: gone meanwhile. */
  known({ id, bytes }: StoredObject): StoredObject | null {
    const storedBytes = this.#present.get(id);
    return storedBytes === undefined ? null : { id, bytes, storedBytes };
  }

  async put(content: Buffer): Promise<StoredObject> {
    const id = hasher(this.#key).update(content).digest('hex');
    const known = this.known({ id, bytes: content.length, storedBytes: 0 });
    if (known !== null) return known;
    const packed = await compress(content, LEVEL);
    const pieces: Buffer[] = [];
    for await (const piece of sealed(this.#key, id, one(packed))) pieces.push(piece);
    return this.#send(id, content.length, Buffer.concat(pieces));
  }

  /** Rejects with the system's ENOENT when the file is not there. */
  async putFile(path: string): Promise<StoredObject> {
    if ((await stat(path)).size <= WHOLE_BYTES) return this.put(await readFile(path));
    const hash = hasher(this.#key);
    let bytes = 0;
    for await (const chunk of openFile(path)) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    const id = hash.digest('hex');
    const known = this.known({ id, bytes, storedBytes: 0 });
    if (known !== null) return known;
    return this.#send(id, bytes, sealed(this.#key, id, piped(openFile(path), createZstdCompress(LEVEL))));
  }

  async #send(id: string, bytes: number, content: Buffer | AsyncIterable<Buffer>): Promise<StoredObject> {
    const { bytes: storedBytes } = await this.#store.put(objectName(id), content);
    this.#present.set(id, storedBytes);
    this.#sent += storedBytes;
    return { id, bytes, storedBytes };
  }
}

export class ObjectReader {
  readonly #store: BlobStore;
  readonly #key: StoreKey | null;

  constructor(store: BlobStore, key: StoreKey | null) {
    this.#store = store;
    this.#key = key;
  }

  /** Whole, and proved to be what was stored. Failures: snapshot-corrupt, snapshot-key-wrong, and the store's. */
  async read(object: StoredObject, part: Part): Promise<Buffer> {
    if (object.bytes > WHOLE_BYTES) return collected(this.stream(object, part));
    try {
      const packed = await collected(this.#packed(object));
      // Into memory of its size at once: in pieces that are joined afterwards it would be twice as much.
      const content = await decompress(packed, {
        chunkSize: Math.max(object.bytes, LEAST_CHUNK),
        maxOutputLength: Math.max(object.bytes, 1),
      });
      if (content.length !== object.bytes || hasher(this.#key).update(content).digest('hex') !== object.id)
        throw new SealError('damaged', NOT_ITS_NAME);
      return content;
    } catch (error) {
      throw asSnapshotFailure(error, object, part);
    }
  }

  #packed({ id }: StoredObject): AsyncIterable<Buffer> {
    return unsealed(this.#key, id, this.#store.stream(objectName(id)));
  }

  /** The last piece comes only when everything before it was proved: whoever keeps it must be ready to throw it away. */
  async *stream(object: StoredObject, part: Part): AsyncIterable<Buffer> {
    const hash = hasher(this.#key);
    let bytes = 0;
    try {
      const source = Readable.from(this.#packed(object), { objectMode: false, highWaterMark: PIECE });
      for await (const chunk of piped(source, createZstdDecompress({ chunkSize: PIECE }))) {
        bytes += chunk.length;
        // What unpacks to more than was packed is not ours, and could fill the disk.
        if (bytes > object.bytes) throw new SealError('damaged', LARGER);
        hash.update(chunk);
        yield chunk;
      }
      if (bytes !== object.bytes || hash.digest('hex') !== object.id) throw new SealError('damaged', NOT_ITS_NAME);
    } catch (error) {
      throw asSnapshotFailure(error, object, part);
    }
  }
}

const asSnapshotFailure = (error: unknown, { id }: StoredObject, { snapshot, part }: Part): unknown => {
  const corrupt = (reason: string): Failure =>
    new Failure('snapshot-corrupt', { snapshot, part, object: id, reason }, error);
  if (error instanceof SealError)
    return error.reason === 'damaged'
      ? corrupt(error.message)
      : new Failure('snapshot-key-wrong', { snapshot, part }, error);
  if (error instanceof Failure && error.code === 'blob-missing') return corrupt('it is missing from the store');
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ERR_BUFFER_TOO_LARGE') return corrupt(LARGER);
  return code.startsWith('ZSTD_') || code.startsWith('ERR_ZSTD') || code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR'
    ? corrupt('it cannot be unpacked')
    : error;
};
