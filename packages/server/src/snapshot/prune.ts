import { Failure } from '@slipway/contracts/failure';
import type { SnapshotManifest, StoredObject } from '../domain/snapshot.ts';
import { whilePruning } from './marks.ts';
import { OBJECTS } from './objects.ts';
import { manifestName, type Repository, readManifest, snapshotIds } from './repository.ts';

/** What no snapshot names is kept for so long: a snapshot that failed is usually tried again, and finds its objects. */
export const DEFAULT_GRACE_MILLISECONDS = 6 * 60 * 60 * 1000;

export interface Pruned {
  readonly removed: number;
  readonly removedBytes: number;
  readonly kept: number;
}

export interface PruneOptions {
  readonly graceMilliseconds?: number;
  readonly signal: AbortSignal;
}

/** All objects of a snapshot, some of them more than once. */
export function* objectsOf(
  manifest: SnapshotManifest,
): Iterable<{ readonly object: StoredObject; readonly part: string }> {
  yield { object: manifest.schema, part: 'schema' };
  for (const { table, parts } of manifest.tables) for (const object of parts) yield { object, part: `table ${table}` };
  for (const { path, object } of manifest.files) yield { object, part: `file ${path}` };
}

/**
 * Removes objects and manifests that no snapshot names. A manifest that cannot be read ends it before anything is removed:
 * whatever that one names would be taken for nobody's. Failures: snapshot-store-busy, and those of readManifest.
 */
export const prune = (at: Repository, { graceMilliseconds, signal }: PruneOptions): Promise<Pruned> =>
  whilePruning(at, async () => {
    const ids = await snapshotIds(at.store);
    const named = await namedObjects(at, ids, signal);
    const before = at.clock.now().getTime() - (graceMilliseconds ?? DEFAULT_GRACE_MILLISECONDS);
    const manifests = new Set(ids.map(manifestName));
    let [removed, removedBytes, kept] = [0, 0, 0];
    for (const [prefix, isNamed] of [
      [OBJECTS, (name: string) => named.has(name.slice(name.lastIndexOf('/') + 1))],
      ['manifests/', (name: string) => manifests.has(name)],
    ] as const)
      for await (const { name, bytes, modifiedAt } of at.store.list(prefix)) {
        signal.throwIfAborted();
        if (isNamed(name) || Date.parse(modifiedAt) > before) {
          kept++;
          continue;
        }
        await at.store.remove(name);
        removed++;
        removedBytes += bytes;
      }
    return { removed, removedBytes, kept };
  });

const namedObjects = async (at: Repository, ids: readonly string[], signal: AbortSignal): Promise<Set<string>> => {
  const named = new Set<string>();
  for (const id of ids) {
    signal.throwIfAborted();
    const manifest = await readManifest(at, id).catch((error: unknown) => {
      if (error instanceof Failure && error.code === 'snapshot-unknown') return null;
      throw error;
    });
    if (manifest !== null) for (const { object } of objectsOf(manifest)) named.add(object.id);
  }
  return named;
};
