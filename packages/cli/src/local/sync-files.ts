import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readText } from './read-text.ts';
import { writeInside } from './write-inside.ts';

/** What a file is to be; `text` null: it is to go. */
export interface Wanted {
  readonly path: string;
  readonly text: string | null;
  /** Why it cannot be: nothing of it is touched. */
  readonly refused?: string;
}

export const SYNC_OUTCOMES = ['unchanged', 'created', 'replaced', 'removed', 'refused'] as const;
export const syncedFile = z.object({
  file: z.string(),
  /** What was done with it; with --check: what would be. */
  outcome: z.enum(SYNC_OUTCOMES),
  /** Why it was refused; else empty. */
  reason: z.string(),
});
export type SyncedFile = z.infer<typeof syncedFile>;

const outcomeOf = (wanted: Wanted, before: string | null): SyncedFile['outcome'] => {
  if (wanted.refused !== undefined) return 'refused';
  if (wanted.text === before) return 'unchanged';
  if (wanted.text === null) return 'removed';
  return before === null ? 'created' : 'replaced';
};

/** Brings files to what they are to be, or only says what would be done. */
export const syncFiles = async (
  root: string,
  all: readonly Wanted[],
  check: boolean,
): Promise<readonly SyncedFile[]> => {
  const done: SyncedFile[] = [];
  for (const wanted of all) {
    const outcome = outcomeOf(wanted, await readText(join(root, wanted.path)));
    if (!check && outcome === 'removed') await rm(join(root, wanted.path));
    if (!check && (outcome === 'created' || outcome === 'replaced'))
      await writeInside(root, wanted.path, wanted.text ?? '');
    done.push({ file: wanted.path, outcome, reason: wanted.refused ?? '' });
  }
  return done;
};
