import { Failure } from '@slipway/contracts/failure';
import type { StoredObject } from '../domain/snapshot.ts';
import type { Part } from './objects.ts';
import { objectsOf } from './prune.ts';
import { presentObjects, type Repository, readManifest } from './repository.ts';

export interface Damage {
  readonly part: string;
  readonly object: string;
  readonly reason: string;
}

export interface Verified {
  readonly objects: number;
  readonly read: number;
  readonly damage: readonly Damage[];
}

export interface VerifyOptions {
  /** Which share of the objects is read and proved, 0 to 1; that all of them are there is always looked at. */
  readonly share: number;
  readonly chance: () => number;
  readonly signal: AbortSignal;
}

/** Reads a snapshot as a restore would, without restoring it. Failures: those of readManifest, and the store's. */
export const verifySnapshot = async (
  at: Repository,
  id: string,
  { share, chance, signal }: VerifyOptions,
): Promise<Verified> => {
  const manifest = await readManifest(at, id);
  const present = await presentObjects(at.store);
  const seen = new Set<string>();
  const damage: Damage[] = [];
  let read = 0;
  for (const { object, part } of objectsOf(manifest)) {
    signal.throwIfAborted();
    if (seen.has(object.id)) continue;
    seen.add(object.id);
    if (!present.has(object.id)) damage.push({ part, object: object.id, reason: 'it is missing from the store' });
    else if (chance() < share) {
      read++;
      const reason = await damageOf(at, object, { snapshot: id, part });
      if (reason !== null) damage.push({ part, object: object.id, reason });
    }
  }
  return { objects: seen.size, read, damage };
};

const damageOf = async (at: Repository, object: StoredObject, where: Part): Promise<string | null> => {
  try {
    for await (const _ of at.objects.stream(object, where));
    return null;
  } catch (error) {
    if (error instanceof Failure && error.code === 'snapshot-corrupt') return String(error.facts.reason);
    throw error;
  }
};
