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

/**
 * A password as Odoo keeps it (passlib's `pbkdf2_sha512`). The salt is derived from password and `context`, so that a step
 * that runs twice writes the same.
 */
export const passwordHash = async (password: Secret, context: string): Promise<string> => {
  const salt = createHash('sha256').update(context).update('\0').update(password.reveal()).digest().subarray(0, 16);
  const key = await derive(password.reveal(), salt, ROUNDS, 64, 'sha512');
  return `$pbkdf2-sha512$${ROUNDS}$${passlibBase64(salt)}$${passlibBase64(key)}`;
};

/** A version-4 UUID made of secret text; the same text gives the same UUID. */
export const uuidOf = (secret: Secret): string => {
  const hex = createHash('sha256').update(secret.reveal()).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
