import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../domain/secret.ts';

const SHAPE = /^sha256=([0-9a-f]{64})$/;

/**
 * Whether `header` (X-Hub-Signature-256) is the HMAC-SHA256 of the bytes as received under one of `secrets`.
 * Several secrets make rotation possible: set the new one here, then at GitHub, then remove the old one here.
 * The bytes must be those of the socket: JSON that was parsed and written again has another signature.
 */
export const verifySignature = (bytes: Uint8Array, header: string | undefined, secrets: readonly Secret[]): boolean => {
  const given = SHAPE.exec(header ?? '')?.[1];
  if (given === undefined) return false;
  const expected = Buffer.from(given, 'hex');
  let matches = false;
  // No early return: the time taken does not tell which of the secrets it was.
  for (const secret of secrets) {
    const key = secret.reveal();
    // Anyone can sign with an empty key.
    if (key === '') continue;
    const digest = createHmac('sha256', key).update(bytes).digest();
    matches = timingSafeEqual(digest, expected) || matches;
  }
  return matches;
};
