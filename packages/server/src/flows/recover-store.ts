/** A store whose Slipway is gone: its key is given back, and what it holds is taken into the list. */
import { Failure } from '@slipway/contracts/failure';
import type { StoredSnapshotView } from '@slipway/contracts/views';
import { environmentId, type StageName } from '../domain/names.ts';
import type { Secret } from '../domain/secret.ts';
import { keyId } from '../snapshot/keys.ts';
import { openRepository, type Repository } from '../snapshot/repository.ts';
import { type Surveyed, surveyStore } from '../snapshot/survey.ts';
import { recordAudit } from '../store/audit.ts';
import type { Project } from '../store/projects.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { hasOpenRun } from '../store/served-runs.ts';
import { adoptSnapshot, listSnapshots } from '../store/snapshots.ts';
import type { Slipway } from './slipway.ts';
import { ensureStage } from './stages.ts';
import { openStore } from './stored-snapshots.ts';

const STAGES: readonly StageName[] = ['production', 'staging', 'drill', 'rehearsal'];

/**
 * Takes the key of a former Slipway. Failures: snapshot-key-wrong (it opens nothing of what is there), store-key-in-use,
 * snapshot-store-busy (a run has opened the store with the present one), and those of the store.
 */
export const giveStoreKey = async (
  slipway: Slipway,
  project: Project,
  { key, who }: { readonly key: Secret; readonly who: string },
): Promise<{ readonly id: string; readonly opens: number }> => {
  const present = await openStore(slipway, project);
  const given = openRepository({ ...present, key });
  const id = keyId(given.sealedWith) ?? '';
  const sealedOnes = (await surveyStore(given)).filter(({ summary }) => summary?.encrypted === true);
  const opens = sealedOnes.filter(({ state }) => state === 'readable').length;
  if (opens === 0 && sealedOnes.some(({ state }) => state === 'other-key'))
    throw new Failure('snapshot-key-wrong', { part: 'Everything that the store holds' });
  if (id === keyId(present.sealedWith)) return { id, opens };
  await refuseLosses(present, sealedOnes);
  for (const stage of STAGES)
    if (await hasOpenRun(slipway.db, environmentId(project.name, stage)))
      throw new Failure('snapshot-store-busy', { reason: `a run of ${project.name}/${stage} is not over` });
  await slipway.ports.stores.giveKey(project.name, key);
  const details = { from: keyId(present.sealedWith), to: id };
  await recordAudit(slipway.db, { who, what: 'backup.key.give', target: project.name, details });
  return { id, opens };
};

/** Failure: store-key-in-use. */
const refuseLosses = async (present: Repository, underGiven: readonly Surveyed[]): Promise<void> => {
  const shut = new Set(underGiven.filter(({ state }) => state === 'other-key').map(({ id }) => id));
  const lost = (await surveyStore(present)).filter(({ id, state }) => state === 'readable' && shut.has(id));
  if (lost.length === 0) return;
  throw new Failure('store-key-in-use', {
    snapshots: lost
      .slice(0, 5)
      .map(({ id }) => id)
      .concat(lost.length > 5 ? [`${lost.length - 5} more`] : [])
      .join(', '),
  });
};

/** What the store holds, newest first. Failures: the store's. */
export const storedSnapshots = async (slipway: Slipway, project: Project): Promise<StoredSnapshotView[]> => {
  const listed = new Set((await listSnapshots(slipway.db, project.name)).map(({ id }) => id));
  return (await surveyStore(await openStore(slipway, project))).map((one) => viewOf(one, project, listed));
};

const viewOf = (one: Surveyed, project: Project, listed: ReadonlySet<string>): StoredSnapshotView => {
  const { id, summary, reason } = one;
  const foreign = summary !== null && summary.project !== project.name;
  return {
    id,
    kind: summary?.kind ?? null,
    takenAt: summary?.takenAt ?? null,
    rows: summary?.rows ?? 0,
    bytes: summary?.bytes ?? 0,
    storedBytes: summary?.storedBytes ?? 0,
    state: foreign ? 'other-project' : one.state !== 'readable' ? one.state : listed.has(id) ? 'listed' : 'new',
    reason: foreign ? `it is of project ${summary.project}` : reason,
  };
};

/** Takes everything readable of this project into the list; repeating it changes nothing. Failures: stage-missing, the store's. */
export const adoptSnapshots = async (
  slipway: Slipway,
  project: Project,
  who: string,
): Promise<StoredSnapshotView[]> => {
  const listed = new Set((await listSnapshots(slipway.db, project.name)).map(({ id }) => id));
  const surveyed = await surveyStore(await openStore(slipway, project));
  const views = surveyed.map((one) => viewOf(one, project, listed));
  const fresh = new Set(views.filter(({ state }) => state === 'new').map(({ id }) => id));
  const chosen = surveyed.filter(({ id }) => fresh.has(id));
  await inTransaction(slipway.db, async (db) => {
    // Under the production of this Slipway, whatever the former one called its own.
    const environment = await ensureStage(slipway, db, project, 'production');
    for (const one of chosen) await adopt(db, one, environment);
    if (chosen.length === 0) return;
    await recordAudit(db, { who, what: 'backup.adopt', target: project.name, details: { snapshots: [...fresh] } });
  });
  return views.map((view) => (fresh.has(view.id) ? { ...view, state: 'adopted' } : view));
};

const adopt = async (db: Queryable, { summary, manifest }: Surveyed, environment: string): Promise<void> => {
  if (summary === null || manifest === null) return;
  await adoptSnapshot(db, { ...summary, environment, rules: manifest.rules });
};
