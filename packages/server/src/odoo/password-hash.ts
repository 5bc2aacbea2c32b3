import { createHash, pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import type { Secret } from '../domain/secret.ts';

/**
 * Odoo raises this itself to its own figure (600,000) when the user first logs in; the passwords hashed here are random,
 * so few rounds lose nothing and cost 15 ms instead of 350.
 */
const ROUNDS = 25_000;

/** In a thread of its own: 15 ms in which nobody else would be answered, and many times that while the processor is busy. */
const derive = promisify(pbkdf2);

/** Passlib's base64: `.` for `+`, no padding. */
const passlibBase64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('+', '.').replace(/=+$/, '');

/** What writes a hash and what looks whether it is there ask within the same second, and each would wait for it. */
const MOST_KEPT = 64;
/** By salt, which is made of everything that goes in. */
const kept = new Map<string, Promise<string>>();

/**
 * A password as Odoo keeps it (passlib's `pbkdf2_sha512`). The salt is derived from password and `context`, so that a step
 * that runs twice writes the same.
 */
export const passwordHash = (password: Secret, context: string): Promise<string> => {
  const salt = createHash('sha256').update(context).update('\0').update(password.reveal()).digest().subarray(0, 16);
  const name = passlibBase64(salt);
  const known = kept.get(name);
  if (known !== undefined) return known;
  const hash = derive(password.reveal(), salt, ROUNDS, 64, 'sha512').then(
    (key) => `$pbkdf2-sha512$${ROUNDS}$${name}$${passlibBase64(key)}`,
  );
  kept.set(name, hash);
  hash.catch(() => kept.delete(name));
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return hash;
};

/** A version-4 UUID made of secret text; the same text gives the same UUID. */
export const uuidOf = (secret: Secret): string => {
  const hex = createHash('sha256').update(secret.reveal()).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
