import { Failure } from '@slipway/contracts/failure';
import { wayBack } from '../decide/way-back.ts';
import { environmentId } from '../domain/names.ts';
import type { Release } from '../domain/release.ts';
import type { SourceRepository } from '../ports/source-repository.ts';
import { recordAudit } from '../store/audit.ts';
import { type Deployment, deployments } from '../store/deployments.ts';
import { type Environment, environment, setEnvironment } from '../store/environments.ts';
import { type Project, projectByName } from '../store/projects.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { enqueueRun } from '../store/runs.ts';
import { requireSnapshot } from '../store/snapshots.ts';
import type { Slipway } from './slipway.ts';
import { ensureStage } from './stages.ts';

/** What the runs of production are asked to do; stored as the run's facts. */
export interface ProductionWish {
  /** open-production: the backup whose data it begins with; null: a company without any. */
  readonly snapshot?: string | null;
  /** deploy-production */
  readonly release?: Release;
  readonly promotion?: string | null;
  readonly approver?: string | null;
  /** rollback-production: the deployment that is gone back to, and whether whoever asked knew that data is lost. */
  readonly to?: string;
  readonly losesData?: boolean;
  /** rollback-production: only if this deployment is what serves. */
  readonly from?: string;
}

interface Asked {
  readonly kind: 'open-production' | 'deploy-production' | 'rollback-production' | 'start-production';
  readonly sha: string | null;
  readonly requestedBy: string;
  readonly wish: ProductionWish;
  /** Part of the caller's transaction; default: one of its own. */
  readonly db?: Queryable | undefined;
}

const enqueue = async (slipway: Slipway, project: Project, asked: Asked): Promise<string> => {
  const run = slipway.newId('run');
  await inTransaction(asked.db ?? slipway.db, async (db) => {
    const id = await ensureStage(slipway, db, project, 'production');
    await enqueueRun(db, {
      id: run,
      project: project.name,
      environment: id,
      kind: asked.kind,
      sha: asked.sha,
      requestedBy: asked.requestedBy,
      facts: asked.wish,
    });
    await setEnvironment(db, id, { run, ...(asked.sha === null ? {} : { headSha: asked.sha }) });
    const what = asked.kind.replace('-production', '');
    await recordAudit(db, {
      who: asked.requestedBy,
      what: `production.${what}`,
      target: id,
      details: { run, ...asked.wish },
    });
  });
  return run;
};

/** Failures: stage-missing, production-external. */
export const requireOwnProduction = ({ name, config }: Project): void => {
  const { production } = config.stages;
  if (production === undefined) throw new Failure('stage-missing', { project: name, stage: 'production' });
  if (production.target !== 'docker') throw new Failure('production-external', { project: name });
};

/** Production's environment when it serves. Failures: stage-missing, production-external, production-empty. */
export const requireProduction = async (slipway: Slipway, project: Project): Promise<Environment> => {
  requireOwnProduction(project);
  const live = await environment(slipway.db, environmentId(project.name, 'production'));
  if (live === null || live.liveSlot === null) throw new Failure('production-empty', { project: project.name });
  return live;
};

/**
 * Queues production to be made: with the data of a backup, or as a new company. Failures: stage-missing, production-external,
 * production-there, snapshot-unknown, usage.
 */
export const requestOpening = async (
  slipway: Slipway,
  request: { readonly project: string; readonly from: string | null; readonly requestedBy: string },
): Promise<string> => {
  const project = await projectByName(slipway.db, request.project);
  requireOwnProduction(project);
  const there = await environment(slipway.db, environmentId(project.name, 'production'));
  if (there?.liveSlot != null)
    throw new Failure('production-there', { project: project.name, database: there.database });
  if (request.from !== null) {
    const { id, kind } = await requireSnapshot(slipway.db, project.name, request.from);
    if (kind !== 'raw')
      throw new Failure('usage', { reason: `${id} is a sanitised snapshot; production begins with a backup` });
  }
  const repository = await slipway.ports.repository(project.name);
  await repository.fetch();
  const sha = await firstCommit(repository, project);
  return enqueue(slipway, project, {
    kind: 'open-production',
    sha,
    requestedBy: request.requestedBy,
    wish: { snapshot: request.from },
  });
};

/** The branch of production may come with the first promotion: until then production begins with what staging runs. */
const firstCommit = async (repository: SourceRepository, { config: { stages } }: Project): Promise<string> => {
  const branches = await repository.branches();
  const known = [stages.production?.branch, stages.staging?.branch].find(
    (name) => name !== undefined && name in branches,
  );
  return known === undefined ? repository.resolve(await repository.defaultBranch()) : (branches[known] as string);
};

export interface DeploymentRequest {
  readonly project: string;
  readonly release: Release;
  readonly promotion: string | null;
  readonly requestedBy: string;
  readonly approver: string | null;
  readonly db?: Queryable;
}

/** Queues a release to go live. The gates have been asked by whoever calls. Failures: stage-missing, production-external, production-empty. */
export const requestDeployment = async (slipway: Slipway, request: DeploymentRequest): Promise<string> => {
  const project = await projectByName(slipway.db, request.project);
  await requireProduction(slipway, project);
  const { release, promotion, approver } = request;
  return enqueue(slipway, project, {
    kind: 'deploy-production',
    sha: release.sha,
    requestedBy: request.requestedBy,
    wish: { release, promotion, approver },
    db: request.db,
  });
};

export interface WayBack {
  readonly now: Deployment;
  readonly back: Deployment;
  /** Whether what was written since is lost: the database is another one. */
  readonly losesData: boolean;
  /** When the database that is gone back to was left; null: it is the same. */
  readonly since: string | null;
  /** What its database is brought back from, since it was updated in place; null: it is there. */
  readonly backup: string | null;
}

/** What going back would mean. Failures: production-empty and its kin, rollback-none. */
export const findWayBack = async (slipway: Slipway, project: Project, to: string | null): Promise<WayBack> => {
  const live = await requireProduction(slipway, project);
  const found = wayBack(await deployments(slipway.db, live.id), to);
  if ('reason' in found) throw new Failure('rollback-none', { reason: found.reason });
  return found;
};

export const notConfirmed = ({ back, since, backup }: WayBack): Failure =>
  new Failure('not-confirmed', {
    otherwise: `Nothing was changed: ${backup === null ? `${back.id} has a database of its own` : `going back to ${back.id} takes the data of backup ${backup}`}, and what was written since ${since ?? 'it was left'} is not in it`,
  });

/**
 * Queues production to go back to what it served before, or to a deployment that is named. `confirmed`: that what was written since is
 * lost, where the database goes back, too. Failures: production-empty and its kin, rollback-none, not-confirmed.
 */
export const requestRollback = async (
  slipway: Slipway,
  request: {
    readonly project: string;
    readonly to: string | null;
    readonly confirmed: boolean;
    readonly requestedBy: string;
    /** What is to be taken back: nothing happens when something else serves by then. */
    readonly from?: string;
    readonly db?: Queryable;
  },
): Promise<string> => {
  const project = await projectByName(slipway.db, request.project);
  const way = await findWayBack(slipway, project, request.to);
  if (way.losesData && !request.confirmed) throw notConfirmed(way);
  const { back, losesData } = way;
  return enqueue(slipway, project, {
    kind: 'rollback-production',
    sha: back.sha,
    requestedBy: request.requestedBy,
    wish: { to: back.id, losesData, ...(request.from === undefined ? {} : { from: request.from }) },
    db: request.db,
  });
};

/** Queues what is meant to serve to be started again. */
export const requestStart = async (slipway: Slipway, project: string, requestedBy: string): Promise<string> =>
  enqueue(slipway, await projectByName(slipway.db, project), {
    kind: 'start-production',
    sha: null,
    requestedBy,
    wish: {},
  });
