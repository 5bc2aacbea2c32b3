import { Failure } from '@slipway/contracts/failure';
import type { Release } from '../domain/release.ts';
import { recordAudit } from '../store/audit.ts';
import { setEnvironment } from '../store/environments.ts';
import { type Project, projectByName } from '../store/projects.ts';
import { inTransaction } from '../store/queryable.ts';
import { enqueueRun } from '../store/runs.ts';
import { stagedRelease } from './gather-promotion-facts.ts';
import { requireProduction } from './request-production.ts';
import type { Slipway } from './slipway.ts';
import { ensureStage, hasStage } from './stages.ts';

/** What the run is asked to do; stored as its facts. */
export interface RehearsalWish {
  readonly release: Release;
  /** A new snapshot is taken whatever there is. */
  readonly renew: boolean;
}

/** Of one that Slipway runs there has to be something; of another it is known when its database is asked. */
const requireSomething = async (slipway: Slipway, project: Project): Promise<void> => {
  if (!hasStage(project, 'production'))
    throw new Failure('stage-missing', { project: project.name, stage: 'production' });
  if (project.config.stages.production?.target === 'docker') await requireProduction(slipway, project);
};

/**
 * Queues what staging runs to be carried out on a copy of production. Returns the run's id. Failures: stage-missing, staging-empty,
 * release-unknown, production-empty.
 */
export const requestRehearsal = async (
  slipway: Slipway,
  request: { readonly project: string; readonly renew: boolean; readonly requestedBy: string },
): Promise<string> => {
  const project = await projectByName(slipway.db, request.project);
  await requireSomething(slipway, project);
  const { release } = await stagedRelease(slipway, project);
  const wish: RehearsalWish = { release, renew: request.renew };
  const id = slipway.newId('run');
  await inTransaction(slipway.db, async (db) => {
    const environment = await ensureStage(slipway, db, project, 'rehearsal');
    await enqueueRun(db, {
      ...{ id, project: project.name, environment, kind: 'rehearse', sha: release.sha },
      ...{ requestedBy: request.requestedBy, facts: wish },
    });
    await setEnvironment(db, environment, { run: id, headSha: release.sha });
    await recordAudit(db, {
      who: request.requestedBy,
      what: 'rehearsal.request',
      target: environment,
      details: { run: id, sha: release.sha, image: release.imageDigest, fresh: request.renew },
    });
  });
  return id;
};
