import { Failure } from '@slipway/contracts/failure';
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
    const report = (reason: string): void => void damage.push({ part, object: object.id, reason });
    if (!present.has(object.id)) report('it is missing from the store');
    else if (chance() < share) {
      read++;
      try {
        for await (const _ of at.objects.stream(object, { snapshot: id, part })) signal.throwIfAborted();
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'snapshot-corrupt') throw error;
        report(String(error.facts.reason));
      }
    }
  }
  return { objects: seen.size, read, damage };
};
