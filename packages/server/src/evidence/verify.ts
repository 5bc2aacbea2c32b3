import { join } from 'node:path';
import type { EvidenceVerdict } from '@slipway/contracts/views';
import { type Artifact, chainOf, GENESIS, readChain, runsAtWork } from '../store/artifacts.ts';
import type { Queryable } from '../store/queryable.ts';
import { hashFile, isPartial, listFiles } from './files.ts';

const PAGE = 500;

type Altered = NonNullable<EvidenceVerdict['firstAltered']>;

/**
 * Checks every row against the chain, every file against its row, and that there is no file more. Reads only.
 * Names the first entry that does not hold, in the order in which they were written; everything before it is good.
 * What it cannot see: rows cut off at the very end together with their files. Keep the last `chain` somewhere else to see that, too.
 */
export const verifyEvidence = async (where: {
  readonly folder: string;
  readonly db: Queryable;
}): Promise<EvidenceVerdict> => {
  // Files first, rows later: a file that is being recorded at this moment is then not taken for an intruder.
  const files = await listFiles(where.folder);
  const busy = await runsAtWork(where.db);
  const known = new Set<string>();
  let previous: Pick<Artifact, 'sequence' | 'chain'> = { sequence: 0, chain: GENESIS };
  for (;;) {
    const rows = await readChain(where.db, previous.sequence, PAGE);
    for (const row of rows) {
      const reason = brokenLink(row, previous) ?? (await brokenFile(where.folder, row));
      if (reason !== null) return { ok: false, checked: known.size, firstAltered: { path: row.path, reason } };
      known.add(row.path);
      previous = row;
    }
    if (rows.length < PAGE) break;
  }
  const extra = firstExtra(files, known, busy);
  return { ok: extra === null, checked: known.size, firstAltered: extra };
};

const brokenLink = (row: Artifact, previous: Pick<Artifact, 'sequence' | 'chain'>): string | null => {
  if (row.sequence !== previous.sequence + 1)
    return `the entries between ${previous.sequence} and ${row.sequence} are missing from the database`;
  if (row.previousChain !== previous.chain) return 'its database row does not follow the one before it';
  if (row.chain !== chainOf(previous.chain, row.run, row)) return 'its database row was altered';
  return null;
};

const brokenFile = async (folder: string, row: Artifact): Promise<string | null> => {
  const found = await hashFile(join(folder, row.path));
  if (found === null) return 'the file is missing';
  if (found.bytes !== row.bytes) return `the file was altered: ${found.bytes} bytes instead of ${row.bytes}`;
  return found.sha256 === row.sha256 ? null : 'the file was altered: another SHA-256';
};

/** Files of a run that is at work may not have their row yet. */
const firstExtra = (
  files: readonly string[],
  known: ReadonlySet<string>,
  busy: ReadonlySet<string>,
): Altered | null => {
  const isBusy = (path: string): boolean => busy.has(/^[^/]+?Z-([^/]+)\//.exec(path)?.[1] ?? '');
  const path = files.find((candidate) => !known.has(candidate) && !isBusy(candidate));
  if (path === undefined) return null;
  const reason = isPartial(path) ? 'a file that was never finished' : 'the file is not recorded in the database';
  return { path, reason };
};
