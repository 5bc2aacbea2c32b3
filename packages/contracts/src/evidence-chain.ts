/** How links and heads of the evidence are hashed and signed: the server writes them, and whoever holds a bundle computes them again. */
import { createHash, type KeyObject } from 'node:crypto';

/** What stands before the first link, and before the first head. */
export const GENESIS = '0'.repeat(64);

export interface ChainedFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** ISO 8601 with milliseconds. */
  readonly createdAt: string;
}

/** A link of the chain: SHA-256 over a JSON array, so that no two different rows are the same text. */
export const chainOf = (previous: string, run: string, file: ChainedFile): string =>
  createHash('sha256')
    .update(JSON.stringify([previous, run, file.path, file.sha256, file.bytes, file.createdAt]))
    .digest('hex');

export interface HeadText {
  readonly number: number;
  readonly run: string;
  readonly sequence: number;
  readonly chain: string;
  readonly previous: string;
  readonly sealedAt: string;
  readonly key: string;
}

/** The bytes of a head that are signed. A key's order is part of them: never change it, only raise the version. */
export const signedText = (head: HeadText): string =>
  JSON.stringify({
    version: 1,
    number: head.number,
    run: head.run,
    sequence: head.sequence,
    chain: head.chain,
    previous: head.previous,
    sealedAt: head.sealedAt,
    key: head.key,
  });

/** SHA-256 of the public key as it stands in a certificate. Its first 16 digits are the key's id. */
export const fingerprintOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');

export const keyIdOf = (key: KeyObject): string => fingerprintOf(key).slice(0, 16);
