import { Failure } from '@slipway/contracts/failure';
import type { SnapshotVerdict } from '@slipway/contracts/views';
import { downloadSnapshot } from '../snapshot/download.ts';
import { keyId } from '../snapshot/keys.ts';
import { openRepository, type Repository, readManifest, removeSnapshot } from '../snapshot/repository.ts';
import { verifySnapshot } from '../snapshot/verify.ts';
import { recordAudit } from '../store/audit.ts';
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

/** A snapshot as a tar. Failures: snapshot-unknown, usage (a backup that was not asked for as such), and those of reading it. */
export const downloadStoredSnapshot = async (
  slipway: Slipway,
  project: Project,
  { snapshot, raw, who }: { readonly snapshot: string; readonly raw: boolean; readonly who: string },
): Promise<AsyncIterable<Buffer>> => {
  const { id, kind } = await requireSnapshot(slipway.db, project.name, snapshot);
  if (kind === 'raw' && !raw)
    throw new Failure('usage', {
      reason: `${id} is a backup with real data; \`slipway snapshot download ${id} --raw\` says so openly`,
    });
  const store = await openStore(slipway, project);
  // What is wrong with it is told before the first byte.
  await readManifest(store, id);
  const details = { kind };
  await recordAudit(slipway.db, { who, what: 'snapshot.download', target: `${project.name}/${id}`, details });
  return downloadSnapshot(store, id);
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
