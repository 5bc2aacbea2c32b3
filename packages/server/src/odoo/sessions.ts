/**
 * Odoo's sessions are files that name the database: one that names another is logged out (odoo/http.py, `_get_session_and_dbname`).
 * When production goes on in a copy of its database, people stay logged in because their sessions are told so.
 */
import { constants } from 'node:fs';
import { lstat, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What is larger is no session. */
const MOST_BYTES = 1024 * 1024;
const BESIDE = '.slipway';

/** Answers how many were changed. Files that are not JSON (Odoo before 19 pickles them) are left: those people log in again. */
export const moveSessions = async (folder: string, from: string, to: string): Promise<number> => {
  let moved = 0;
  for (const prefix of await namesIn(join(folder, 'sessions')))
    for (const name of await namesIn(join(folder, 'sessions', prefix)))
      if (await moveSession(join(folder, 'sessions', prefix, name), from, to)) moved += 1;
  return moved;
};

/** The folder is the container's: what it links to elsewhere is neither read nor written. */
const namesIn = async (folder: string): Promise<readonly string[]> => {
  const facts = await lstat(folder).catch(() => null);
  return facts?.isDirectory() ? readdir(folder) : [];
};

/** Whatever has that name, also a folder that the container has put there. */
const discard = (beside: string): Promise<void> => rm(beside, { force: true, recursive: true });

/** Written beside and renamed, with the owner and the time that it had: by its time Odoo knows how old a session is. */
const moveSession = async (file: string, from: string, to: string): Promise<boolean> => {
  // Of a process that died while it wrote: it is no session.
  if (file.endsWith(BESIDE)) return discard(file).then(() => false);
  const facts = await lstat(file).catch(() => null);
  if (!facts?.isFile() || facts.size > MOST_BYTES) return false;
  const session = await readFile(file, { encoding: 'utf8', flag: constants.O_RDONLY | constants.O_NOFOLLOW }).then(
    parsed,
    () => null,
  );
  if (session?.['db'] !== from) return false;
  const beside = `${file}${BESIDE}`;
  await discard(beside);
  // Exclusive: a link of that name is not followed.
  const handle = await open(beside, 'wx', facts.mode & 0o777);
  try {
    await handle.writeFile(JSON.stringify({ ...session, db: to }));
    await handle.chown(facts.uid, facts.gid);
    await handle.utimes(facts.atime, facts.mtime);
  } finally {
    await handle.close();
  }
  await rename(beside, file);
  return true;
};

const parsed = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
};

/** Logs out whoever came in by such a session: `mark` stands in it under `key`. Answers how many files went. */
export const endSessions = async (folder: string, key: string, mark: string): Promise<number> => {
  let ended = 0;
  for (const prefix of await namesIn(join(folder, 'sessions')))
    for (const name of await namesIn(join(folder, 'sessions', prefix))) {
      const file = join(folder, 'sessions', prefix, name);
      if ((await readSession(file))?.[key] !== mark) continue;
      await rm(file, { force: true });
      ended += 1;
    }
  return ended;
};

/** Null: it is no file of a session. */
const readSession = async (file: string): Promise<Readonly<Record<string, unknown>> | null> => {
  const facts = await lstat(file).catch(() => null);
  if (!facts?.isFile() || facts.size > MOST_BYTES) return null;
  return readFile(file, { encoding: 'utf8', flag: constants.O_RDONLY | constants.O_NOFOLLOW }).then(parsed, () => null);
};
