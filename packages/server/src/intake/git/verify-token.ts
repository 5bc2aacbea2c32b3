import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../domain/secret.ts';

const SHAPE = /^Bearer ([\x21-\x7e]{1,512})$/i;

/** Whether an Authorization header carries one of `tokens`. Hashed first, so that neither length nor time tells anything. */
export const verifyToken = (header: string | undefined, tokens: readonly Secret[]): boolean => {
  const given = SHAPE.exec(header ?? '')?.[1];
  if (given === undefined) return false;
  let matches = false;
  for (const token of tokens) {
    const expected = token.reveal();
    if (expected === '') continue;
    matches = timingSafeEqual(digest(given), digest(expected)) || matches;
  }
  return matches;
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
