import { Failure } from '@slipway/contracts/failure';
import { environmentId, type StageName } from '../domain/names.ts';
import type { SnapshotKind, SnapshotReason } from '../domain/snapshot.ts';
import { recordAudit } from '../store/audit.ts';
import { environment, setEnvironment } from '../store/environments.ts';
import { type Project, projectByName } from '../store/projects.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { enqueueRun } from '../store/runs.ts';
import { latestSnapshot, requireSnapshot } from '../store/snapshots.ts';
import { requireReachable } from './reachable-moments.ts';
import type { Slipway } from './slipway.ts';
import { ensureStage, hasStage } from './stages.ts';

/** What the runs about data are asked to do; stored as the run's facts. */
export interface DataWish {
  /** create-snapshot */
  readonly kind?: SnapshotKind;
  readonly reason?: SnapshotReason;
  /** refresh-staging, restore-staging, drill-backup; null: the newest one, or a new one where there is none. */
  readonly snapshot?: string | null;
  /** refresh-staging: a new snapshot is made whatever there is. */
  readonly renew?: boolean;
  /** create-snapshot: a person has looked at what changed in the schema. */
  readonly acceptDrift?: boolean;
  /** restore-staging: as production was then; ISO 8601. */
  readonly at?: string;
}

interface Request {
  readonly project: string;
  readonly requestedBy: string;
  /** Part of the caller's transaction; default: one of its own. */
  readonly db?: Queryable;
}

interface Asked extends Request {
  readonly run: { readonly kind: string; readonly stage: StageName; readonly sha: string | null };
  readonly wish: DataWish;
  readonly audit: string;
}

const enqueue = async (slipway: Slipway, project: Project, asked: Asked): Promise<string> => {
  const run = slipway.newId('run');
  await inTransaction(asked.db ?? slipway.db, async (db) => {
    const environment = await ensureStage(slipway, db, project, asked.run.stage);
    await enqueueRun(db, {
      id: run,
      project: project.name,
      environment,
      kind: asked.run.kind,
      sha: asked.run.sha,
      requestedBy: asked.requestedBy,
      facts: asked.wish,
    });
    const head = asked.run.sha === null ? {} : { headSha: asked.run.sha };
    await setEnvironment(db, environment, { run, ...head });
    await recordAudit(db, {
      who: asked.requestedBy,
      what: asked.audit,
      target: environment,
      details: { run, ...asked.wish },
    });
  });
  return run;
};

/** Queues a snapshot of production: sanitised, or raw (a backup). Returns the run's id. Failure: stage-missing. */
export const requestSnapshot = async (
  slipway: Slipway,
  request: Request & { readonly kind: SnapshotKind; readonly reason: SnapshotReason; readonly acceptDrift?: boolean },
): Promise<string> =>
  enqueue(slipway, await projectByName(slipway.db, request.project), {
    ...request,
    run: { kind: 'create-snapshot', stage: 'production', sha: null },
    wish: { kind: request.kind, reason: request.reason, acceptDrift: request.acceptDrift ?? false },
    audit: request.kind === 'raw' ? 'backup.create' : 'snapshot.create',
  });

/** The newest commit of staging's branch. Failures: stage-missing, ref-not-found. */
export const stagingHead = async (slipway: Slipway, project: Project): Promise<string> => {
  const branch = project.config.stages.staging?.branch;
  if (branch === undefined) throw new Failure('stage-missing', { project: project.name, stage: 'staging' });
  const repository = await slipway.ports.repository(project.name);
  await repository.fetch();
  return repository.resolve(branch);
};

/** Queues a refresh of staging: of the snapshot named, else of the newest sanitised one, else of one made now. */
export const requestRefresh = async (
  slipway: Slipway,
  request: Request & { readonly snapshot: string | null; readonly renew: boolean },
): Promise<string> => {
  const project = await projectByName(slipway.db, request.project);
  const sha = await stagingHead(slipway, project);
  if (request.snapshot !== null) {
    const found = await requireSnapshot(slipway.db, project.name, request.snapshot);
    if (found.kind !== 'sanitised')
      throw new Failure('usage', {
        reason: `${found.id} is a backup with real data; \`slipway backup restore ${found.id} --to staging\` says so openly`,
      });
  }
  return enqueue(slipway, project, {
    ...request,
    run: { kind: 'refresh-staging', stage: 'staging', sha },
    wish: { snapshot: request.snapshot, renew: request.renew },
    audit: 'staging.refresh',
  });
};

/** Queues staging's branch to be deployed on the data that staging has. */
export const requestStagingDeploy = async (slipway: Slipway, request: Request): Promise<string> => {
  const project = await projectByName(slipway.db, request.project);
  const sha = await stagingHead(slipway, project);
  return enqueue(slipway, project, {
    ...request,
    run: { kind: 'deploy-staging', stage: 'staging', sha },
    wish: {},
    audit: 'staging.deploy',
  });
};

/** A sanitised snapshot is no backup: what is proved of it says nothing of production's data. */
const requireBackup = async (slipway: Slipway, project: Project, id: string, instead: string): Promise<void> => {
  const { kind } = await requireSnapshot(slipway.db, project.name, id);
  if (kind === 'raw') return;
  throw new Failure('usage', {
    reason: `${id} is a sanitised snapshot and no backup; for it there is \`slipway ${instead} ${id}\``,
  });
};

/**
 * Queues a backup with real data to be restored: into staging, for a person who has to look at what production had; or into
 * production's own place, which has to be empty, and only for somebody who says its name.
 */
export const requestRestore = async (
  slipway: Slipway,
  request: Request & {
    readonly snapshot: string;
    readonly to: 'staging' | 'production';
    readonly confirm: string | null;
  },
): Promise<string> => {
  const project = await projectByName(slipway.db, request.project);
  if (request.to === 'production') return requestProductionRestore(slipway, project, request);
  const sha = await stagingHead(slipway, project);
  await requireBackup(slipway, project, request.snapshot, 'staging refresh --snapshot');
  return enqueue(slipway, project, {
    ...request,
    run: { kind: 'restore-staging', stage: 'staging', sha },
    wish: { snapshot: request.snapshot },
    audit: 'backup.restore',
  });
};

const requestProductionRestore = async (
  slipway: Slipway,
  project: Project,
  request: Request & { readonly snapshot: string; readonly confirm: string | null },
): Promise<string> => {
  if (!hasStage(project, 'production'))
    throw new Failure('stage-missing', { project: project.name, stage: 'production' });
  await requireBackup(slipway, project, request.snapshot, 'staging refresh --snapshot');
  await refuseOwnProduction(slipway, project, request.snapshot);
  if (request.confirm !== 'production')
    throw new Failure('usage', {
      reason:
        'a backup put into production acts on the outside as soon as Odoo starts on it: confirm with its name, production',
    });
  return enqueue(slipway, project, {
    ...request,
    run: { kind: 'restore-production', stage: 'production', sha: null },
    wish: { snapshot: request.snapshot },
    audit: 'backup.restore',
  });
};

/** One that Slipway runs has a verb of its own to begin with a backup, and no empty place beside that a secret could name. */
export const refuseOwnProduction = async (slipway: Slipway, project: Project, snapshot: string): Promise<void> => {
  if (project.config.stages.production?.target !== 'docker') return;
  const live = await environment(slipway.db, environmentId(project.name, 'production'));
  throw live === null || live.liveSlot === null
    ? new Failure('restore-unopened', { project: project.name, snapshot })
    : new Failure('restore-over-own', { project: project.name, snapshot, database: live.database });
};

/** Queues production as it was at a moment to be restored into staging. Failures: archive-off, stage-missing. */
export const requestMoment = async (slipway: Slipway, request: Request & { readonly at: string }): Promise<string> => {
  const project = await projectByName(slipway.db, request.project);
  const sha = await stagingHead(slipway, project);
  requireArchive(project);
  await requireReachable(slipway, project, new Date(request.at));
  return enqueue(slipway, project, {
    ...request,
    run: { kind: 'restore-staging', stage: 'staging', sha },
    wish: { at: new Date(request.at).toISOString() },
    audit: 'backup.restore-moment',
  });
};

/** Queues a copy of production's whole server: the ground on which its log is replayed. Failures: archive-off, stage-missing. */
export const requestCopy = async (slipway: Slipway, request: Request): Promise<string> => {
  const project = await projectByName(slipway.db, request.project);
  requireArchive(project);
  return enqueue(slipway, project, {
    ...request,
    run: { kind: 'copy-server', stage: 'production', sha: null },
    wish: {},
    audit: 'backup.copy',
  });
};

const requireArchive = ({ name, config }: Project): void => {
  if (!config.data.backups.point_in_time.enabled) throw new Failure('archive-off', { project: name });
};

/** Queues a drill: the newest backup (or the one named) is restored, started, and thrown away. Failure: snapshot-none. */
export const requestDrill = async (
  slipway: Slipway,
  request: Request & { readonly snapshot: string | null },
): Promise<string> => {
  const project = await projectByName(slipway.db, request.project);
  const newest = await latestSnapshot(slipway.db, project.name, 'raw');
  const snapshot = request.snapshot ?? newest?.id;
  if (snapshot === undefined) throw new Failure('snapshot-none', { project: project.name, kind: 'raw' });
  await requireBackup(slipway, project, snapshot, 'snapshot verify');
  return enqueue(slipway, project, {
    ...request,
    run: { kind: 'drill-backup', stage: 'drill', sha: null },
    wish: { snapshot },
    audit: 'backup.drill',
  });
};

/** Queues the removal of what no rule keeps; each new snapshot does it, too. */
export const requestPrune = async (slipway: Slipway, request: Request): Promise<string> =>
  enqueue(slipway, await projectByName(slipway.db, request.project), {
    ...request,
    run: { kind: 'prune-snapshots', stage: 'production', sha: null },
    wish: {},
    audit: 'backup.prune',
  });
