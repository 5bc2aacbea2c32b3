import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Secret } from '../domain/secret.ts';

/** Reads a small private file, making it with fresh content at the first start. */
const readOrMake = (file: string, make: () => string): string => {
  if (!existsSync(file)) {
    try {
      writeFileSync(file, `${make()}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      // Another process was faster: its content counts.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return readFileSync(file, 'utf8').trim();
};

/** Short name of this installation; part of every label and database name, so two on one machine never touch each other's. */
export const instanceName = (file: string): string => readOrMake(file, () => randomBytes(3).toString('hex'));

export const privateToken = (file: string): Secret =>
  new Secret(readOrMake(file, () => randomBytes(24).toString('base64url')));

/** One secret a line, the newest first; all of them count, so that a secret can be changed without losing a delivery. */
export const webhookSecrets = (file: string): Secret[] =>
  readOrMake(file, () => randomBytes(24).toString('hex'))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => new Secret(line));

/** What cookies are signed and secrets of second factors are sealed with. Control planes of one database need the same. */
export const signInKey = (file: string): Secret =>
  new Secret(readOrMake(file, () => randomBytes(32).toString('base64url')));
