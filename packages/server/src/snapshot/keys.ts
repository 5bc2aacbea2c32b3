/** What is derived from the key of a store: the only file of this folder that sees it. */
import { createHmac, hkdfSync } from 'node:crypto';
import type { Secret } from '../domain/secret.ts';

const LEAST_CHARACTERS = 32;

export interface StoreKey {
  /** Says which key it was without giving anything away. */
  readonly fingerprint: Buffer;
  /** Names of objects: without it nobody can tell which content is stored. */
  readonly names: Buffer;
  readonly data: Buffer;
}

/** The secret is a random one, 32 characters or more: it is not stretched, so a guessable one could be guessed. */
export const storeKeyOf = (secret: Secret): StoreKey => {
  const value = secret.reveal();
  if (value.length < LEAST_CHARACTERS)
    throw new Error(`the key of a store has ${LEAST_CHARACTERS} characters or more, chosen by chance`);
  const derived = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', value, 'slipway snapshot store', purpose, 32));
  return { fingerprint: derived('fingerprint').subarray(0, 8), names: derived('names'), data: derived('data') };
};

/** Which key it is, for people; null: nothing is encrypted. */
export const keyId = (key: StoreKey | null): string | null => key?.fingerprint.toString('hex') ?? null;

/** Each object has a key of its own, so that a counter is enough of a nonce. */
export const objectKey = (key: StoreKey, salt: Buffer): Buffer => createHmac('sha256', key.data).update(salt).digest();
