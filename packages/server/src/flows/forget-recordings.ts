import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { recordAudit } from '../store/audit.ts';
import { inTransaction } from '../store/queryable.ts';
import { recordingForgotten, shellById } from '../store/shells.ts';
import type { Slipway } from './slipway.ts';

/**
 * Removes recordings of shells that ended before a moment, and says so in the audit log; that there was a shell, and who opened it, stays.
 * Answers how many went. What is left when `signal` comes is the next round's.
 */
export const forgetRecordings = async (
  slipway: Pick<Slipway, 'db'>,
  { folder, before, signal }: { readonly folder: string; readonly before: string; readonly signal?: AbortSignal },
): Promise<number> => {
  const files = await readdir(folder).catch(noneYet);
  let gone = 0;
  for (const name of files.filter((one) => one.endsWith('.cast'))) {
    if (signal?.aborted) break;
    if (await forgetOne(slipway, join(folder, name), before)) gone += 1;
  }
  return gone;
};

const noneYet = (error: NodeJS.ErrnoException): string[] => {
  if (error.code === 'ENOENT') return [];
  throw error;
};

const forgetOne = async (slipway: Pick<Slipway, 'db'>, file: string, before: string): Promise<boolean> => {
  const id = basename(file, '.cast');
  const row = await shellById(slipway.db, id);
  // Its environment was removed, and the row with it: then the file says when it ended.
  const endedAt = row === null ? (await stat(file)).mtime.toISOString() : row.endedAt;
  if (endedAt === null || Date.parse(endedAt) >= Date.parse(before)) return false;
  // The file goes first: one that stays is found again by the next round.
  await rm(file, { force: true });
  const entry = { who: 'control-plane', what: 'shell.recording-removed', target: row?.environment ?? id };
  await inTransaction(slipway.db, async (tx) => {
    await recordingForgotten(tx, id);
    await recordAudit(tx, { ...entry, details: { id, endedAt } });
  });
  return true;
};
