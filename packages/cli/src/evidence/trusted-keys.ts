import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';

/** Keys that did not come with the bundle. */
export interface TrustedKeys {
  readonly trust: 'given' | 'local';
  readonly from: string;
  readonly keys: readonly KeyObject[];
}

const BLOCK = /-----BEGIN (?:PRIVATE|PUBLIC) KEY-----[\s\S]+?-----END \w+ KEY-----/g;

const keysIn = (text: string): KeyObject[] =>
  (text.match(BLOCK) ?? []).map((block) => createPublicKey(block)).filter((key) => key.asymmetricKeyType === 'ed25519');

/** The file that was named; else the key file of a Slipway on this machine, where there is one that may be read. Failure: usage. */
export const trustedKeys = async (given: string | undefined, data: string): Promise<TrustedKeys | null> => {
  const from = given ?? join(data, 'evidence.key');
  const wrong = (reason: string, cause?: unknown) => new Failure('usage', { reason: `${from} ${reason}.` }, cause);
  let text: string;
  try {
    text = await readFile(from, 'utf8');
  } catch (error) {
    if (given === undefined) return null;
    throw wrong('cannot be read', error);
  }
  try {
    const keys = keysIn(text);
    if (keys.length === 0) throw wrong('holds no Ed25519 key in PEM');
    return { trust: given === undefined ? 'local' : 'given', from, keys };
  } catch (error) {
    throw error instanceof Failure ? error : wrong('holds a key that cannot be read', error);
  }
};
