/**
 * How an object lies in the store: `SLW1`, one byte of flags, then zstd; or, sealed, the fingerprint of the key, a salt, and
 * zstd in frames of AES-256-GCM. Each frame is bound to the object's name, to its place, and to being the last or not.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { objectKey, type StoreKey } from './keys.ts';

const MAGIC = Buffer.from('SLW1');
const PLAIN = 0;
const SEALED = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 16;
export const FRAME_BYTES = 256 * 1024;
const PLAIN_HEADER = MAGIC.length + 1;
const SEALED_HEADER = PLAIN_HEADER + 8 + SALT_BYTES;

/** The bytes are not what was stored, or were sealed with another key. */
export class SealError extends Error {
  readonly reason: 'damaged' | 'other-key' | 'no-key';
  constructor(reason: SealError['reason'], message: string) {
    super(message);
    this.name = 'SealError';
    this.reason = reason;
  }
}

const nonceOf = (index: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 0);
  nonce[11] = last ? 1 : 0;
  return nonce;
};

/** In pieces, for any length: only one frame is held. */
export async function* sealed(
  key: StoreKey | null,
  name: string,
  content: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  if (key === null) {
    yield Buffer.concat([MAGIC, Buffer.from([PLAIN])]);
    yield* content;
    return;
  }
  const salt = randomBytes(SALT_BYTES);
  yield Buffer.concat([MAGIC, Buffer.from([SEALED]), key.fingerprint, salt]);
  const own = objectKey(key, salt);
  let index = 0;
  for await (const { frame, last } of framesOf(content, FRAME_BYTES)) {
    const cipher = createCipheriv('aes-256-gcm', own, nonceOf(index++, last)).setAAD(Buffer.from(name));
    yield Buffer.concat([cipher.update(frame), cipher.final(), cipher.getAuthTag()]);
  }
}

export async function* unsealed(
  key: StoreKey | null,
  name: string,
  stored: AsyncIterable<Buffer>,
): AsyncIterable<Buffer> {
  const reader = new Reader(stored);
  const start = await reader.take(PLAIN_HEADER);
  if (!start.subarray(0, MAGIC.length).equals(MAGIC))
    throw new SealError('damaged', 'it does not begin as an object does');
  if (start[MAGIC.length] === PLAIN) {
    yield* reader.rest();
    return;
  }
  if (start[MAGIC.length] !== SEALED) throw new SealError('damaged', 'its kind is unknown');
  const head = await reader.take(SEALED_HEADER - PLAIN_HEADER);
  if (key === null) throw new SealError('no-key', 'it is encrypted and no key was given');
  if (!head.subarray(0, 8).equals(key.fingerprint))
    throw new SealError('other-key', 'it was encrypted with another key');
  const own = objectKey(key, head.subarray(8));
  let index = 0;
  for await (const { frame, last } of framesOf(reader.rest(), FRAME_BYTES + TAG_BYTES))
    yield open(own, name, { frame, nonce: nonceOf(index++, last) });
}

const open = (key: Buffer, name: string, { frame, nonce }: { frame: Buffer; nonce: Buffer }): Buffer => {
  if (frame.length < TAG_BYTES) throw new SealError('damaged', 'it is cut off');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  decipher.setAuthTag(frame.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(frame.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new SealError('damaged', 'its seal is broken');
  }
};

/** Full frames, and at the end one that is the last: also when it is empty, so that a cut shows. */
async function* framesOf(
  content: AsyncIterable<Buffer>,
  size: number,
): AsyncIterable<{ frame: Buffer; last: boolean }> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes <= size) continue;
    let whole = Buffer.concat(held);
    for (; whole.length > size; whole = whole.subarray(size)) yield { frame: whole.subarray(0, size), last: false };
    held = [whole];
    bytes = whole.length;
  }
  yield { frame: Buffer.concat(held), last: true };
}

/** Takes an exact number of bytes from the front of a stream. */
class Reader {
  readonly #source: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);
  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) {
      const next = await this.#source.next();
      if (next.done) throw new SealError('damaged', 'it is cut off');
      this.#held = Buffer.concat([this.#held, next.value]);
    }
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  async *rest(): AsyncIterable<Buffer> {
    if (this.#held.length > 0) yield this.#held;
    for (let next = await this.#source.next(); !next.done; next = await this.#source.next()) yield next.value;
  }
}
