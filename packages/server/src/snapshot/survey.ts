/** What a store holds, asked of the store alone: for a Slipway whose database knows nothing of it. */
import { Failure } from '@slipway/contracts/failure';
import type { SnapshotManifest, SnapshotSummary } from '../domain/snapshot.ts';
import { type Repository, readManifest, readSummary, snapshotIds } from './repository.ts';

export interface Surveyed {
  readonly id: string;
  /** Null: not even that can be read. */
  readonly summary: SnapshotSummary | null;
  /** Null: it cannot be restored with the key at hand. */
  readonly manifest: SnapshotManifest | null;
  readonly state: 'readable' | 'other-key' | 'damaged' | 'too-new';
  /** Why it is not readable; null: it is. */
  readonly reason: string | null;
}

const STATES: Readonly<Record<string, Surveyed['state']>> = {
  'snapshot-key-wrong': 'other-key',
  'snapshot-corrupt': 'damaged',
  'snapshot-too-new': 'too-new',
};

/**
 * Newest first. What was never published is not there; one that is damaged hides none of the others. Whole objects are not
 * read: that is `verifySnapshot`. Failures: the store's.
 */
export const surveyStore = async (from: Repository): Promise<readonly Surveyed[]> => {
  const found: Surveyed[] = [];
  for (const id of await snapshotIds(from.store)) {
    const one = await look(from, id);
    if (one !== null) found.push(one);
  }
  const takenAt = ({ summary }: Surveyed): string => summary?.takenAt ?? '';
  return found.sort((a, b) => takenAt(b).localeCompare(takenAt(a)) || a.id.localeCompare(b.id));
};

const look = async (from: Repository, id: string): Promise<Surveyed | null> => {
  let summary: SnapshotSummary | null = null;
  try {
    summary = await readSummary(from, id);
    return { id, summary, manifest: await readManifest(from, id), state: 'readable', reason: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // Removed since the list was made; or a file that only looks like one of ours.
    if (error.code === 'snapshot-unknown') return null;
    const state = STATES[error.code];
    if (state === undefined) throw error;
    return { id, summary, manifest: null, state, reason: error.message };
  }
};
