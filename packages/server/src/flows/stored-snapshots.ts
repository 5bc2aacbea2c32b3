import type { SnapshotVerdict } from '@slipway/contracts/views';
import { keyId } from '../snapshot/keys.ts';
import { openRepository, type Repository, removeSnapshot } from '../snapshot/repository.ts';
import { verifySnapshot } from '../snapshot/verify.ts';
import type { Project } from '../store/projects.ts';
import { markRemoved, requireSnapshot } from '../store/snapshots.ts';
import type { Slipway } from './slipway.ts';

/** The project's place for snapshots. */
export const openStore = async (slipway: Slipway, project: Project): Promise<Repository> => {
  const place = await slipway.ports.stores.open(project.name, project.config.data.store);
  return openRepository({ ...place, clock: slipway.clock, newId: slipway.newId });
};

/** Reads everything a snapshot is made of. Failures: snapshot-unknown, store-unreachable. */
export const verifyStoredSnapshot = async (
  slipway: Slipway,
  project: Project,
  { snapshot, signal }: { readonly snapshot: string; readonly signal: AbortSignal },
): Promise<SnapshotVerdict> => {
  const { id } = await requireSnapshot(slipway.db, project.name, snapshot);
  const store = await openStore(slipway, project);
  const { objects, damage } = await verifySnapshot(store, id, { share: 1, chance: () => 0, signal });
  return { ok: damage.length === 0, objects, damages: [...damage] };
};

/** Nobody is offered it from now on; its objects go with the next pruning. Answers its id. */
export const removeStoredSnapshot = async (slipway: Slipway, project: Project, snapshot: string): Promise<string> => {
  const { id } = await requireSnapshot(slipway.db, project.name, snapshot);
  // First: what was marked is offered to nobody, so nobody could ask again when its store is away.
  const store = await openStore(slipway, project);
  await removeSnapshot(store, id);
  await markRemoved(slipway.db, id);
  return id;
};

/** Without it nobody can read the backups: for a safe place apart from this machine. */
export const storeKeyFor = async (
  slipway: Slipway,
  project: Project,
): Promise<{ readonly id: string; readonly key: string }> => {
  const { key, sealedWith } = await openStore(slipway, project);
  return { id: keyId(sealedWith) ?? '', key: key?.reveal() ?? '' };
};
