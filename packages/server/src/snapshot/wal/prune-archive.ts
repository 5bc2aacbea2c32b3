/** What no moment needs that is still promised: copies, and the log in front of the oldest copy that stays. */
import type { Repository } from '../repository.ts';
import { type Base, listBases, removeBase, unfinishedBases } from './base.ts';
import { lineageName, stretchName } from './chain.ts';
import { lineagesOf, stretchesOf } from './window.ts';

export interface ArchivePruned {
  readonly copies: readonly string[];
  readonly stretches: number;
}

/** The newest copy from before stays, since moments right after `before` begin with it, and so does every later one. */
export const neededBases = (bases: readonly Base[], before: Date): readonly Base[] => {
  const first = bases.findLastIndex(({ finishedAt }) => Date.parse(finishedAt) <= before.getTime());
  return bases.slice(Math.max(0, first));
};

/** Safe to repeat. Only whoever makes copies calls it, one at a time, so what is unfinished here is left from before. */
export const pruneArchive = async (
  at: Repository,
  project: string,
  { before, signal }: { readonly before: Date; readonly signal: AbortSignal },
): Promise<ArchivePruned> => {
  const bases = await listBases(at, project);
  const needed = neededBases(bases, before);
  const gone = bases.filter((base) => !needed.includes(base)).map(({ id }) => id);
  const copies = [...gone, ...(await unfinishedBases(at, project))];
  for (const id of copies) await removeBase(at, project, id);
  let stretches = 0;
  for (const lineage of await lineagesOf(at, project)) {
    const own = needed.filter((base) => lineageName(base.lineage) === lineageName(lineage));
    const oldest = own.reduce<bigint | null>(
      (least, { start }) => (least === null || start < least ? start : least),
      null,
    );
    for (const stretch of await stretchesOf(at, lineage)) {
      signal.throwIfAborted();
      // Of a history that no copy belongs to, nothing can be replayed; the newest one's copy may still be under way.
      if (oldest === null ? stretch.at >= before.getTime() : stretch.end > oldest) continue;
      await at.store.remove(stretchName(lineage, stretch));
      stretches++;
    }
  }
  return { copies, stretches };
};
