import { Failure } from '@slipway/contracts/failure';
import type { ModulePlan } from '@slipway/contracts/views';
import { requireCapabilities } from '../plan/capabilities.ts';
import type { Plan } from '../plan/plan.ts';
import { planClose, planPreview, planSleep, planWake } from '../plan/preview.ts';
import type { PreviewFacts } from '../plan/preview-facts.ts';
import { startBuild } from '../store/builds.ts';
import { requireEnvironment, setEnvironment } from '../store/environments.ts';
import { RUN_KINDS } from '../store/run-kinds.ts';
import type { Run } from '../store/runs.ts';
import { lastServedRun } from '../store/served-runs.ts';
import { gatherPreviewFacts } from './gather-preview-facts.ts';
import {
  planCopyRun,
  planDrillRun,
  planPruneRun,
  planRefreshRun,
  planSnapshotRun,
  planStagingDeploy,
} from './plan-data-run.ts';
import { planOpeningRun } from './plan-opening-run.ts';
import { planProductionRestoreRun } from './plan-production-restore.ts';
import { planDeploymentRun, planRollbackRun, planStartRun } from './plan-production-run.ts';
import { planRehearsalRun } from './plan-rehearsal-run.ts';
import type { Draft, PlannedRun, RunFacts } from './run-facts.ts';
import type { Slipway } from './slipway.ts';

/** Asks the world what is there and turns it into a plan; pure from there on. A plan that the target cannot carry out is none. */
export const planRun = async (slipway: Slipway, run: Run): Promise<PlannedRun> => {
  const { plan, facts, remember } = await planKind(slipway, run);
  requireCapabilities(plan, slipway.ports.workload);
  await remember?.();
  return { plan, facts };
};

const planKind = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const wish = run.facts as RunFacts;
  const environment = await requireEnvironment(slipway.db, run.environment);
  switch (run.kind) {
    case 'close-preview':
      return { plan: planClose({ ...environment, environment: environment.id }), facts: wish };
    case 'sleep-preview':
      if (environment.liveSlot === null || environment.asleep) return { plan: nothing(run.kind), facts: wish };
      return {
        plan: planSleep({ environment: environment.id, host: environment.host, slot: environment.liveSlot }),
        facts: wish,
      };
    case 'wake-preview':
      return planAwakening(slipway, run, wish);
    case 'open-preview':
      return planOpening(slipway, run, wish);
    case 'create-snapshot':
      return planSnapshotRun(slipway, run);
    case 'copy-server':
      return planCopyRun(slipway, run);
    case 'prune-snapshots':
      return planPruneRun(slipway, run);
    case 'deploy-staging':
      return planStagingDeploy(slipway, run);
    case 'refresh-staging':
    case 'restore-staging':
      return planRefreshRun(slipway, run);
    case 'open-production':
      return planOpeningRun(slipway, run);
    case 'deploy-production':
      return planDeploymentRun(slipway, run);
    case 'rollback-production':
      return planRollbackRun(slipway, run);
    case 'start-production':
      return planStartRun(slipway, run);
    case 'restore-production':
      return planProductionRestoreRun(slipway, run);
    case 'drill-backup':
      return planDrillRun(slipway, run);
    case 'rehearse':
      return planRehearsalRun(slipway, run);
    default:
      throw new Failure('kind-unknown', {
        what: 'run',
        kind: run.kind,
        known: RUN_KINDS.map(({ kind }) => kind).join(', '),
      });
  }
};

const nothing = (kind: string): Plan => ({ kind, steps: [], cleanUp: [] });

const planAwakening = async (slipway: Slipway, run: Run, wish: RunFacts): Promise<PlannedRun> => {
  const environment = await requireEnvironment(slipway.db, run.environment);
  const served = (await lastServedRun(slipway.db, run.environment))?.facts as RunFacts | undefined;
  if (environment.liveSlot === null || served?.preview === undefined || environment.image === null)
    throw new Failure('odoo-boot-failed', { reason: 'this preview has never been live; rebuild it' });
  return { plan: planWake(served.preview, environment.liveSlot, environment.image), facts: wish };
};

const planOpening = async (slipway: Slipway, run: Run, wish: RunFacts): Promise<Draft> => {
  const environment = await requireEnvironment(slipway.db, run.environment);
  // Named after its run: a process that dies before the plan is stored starts the same build again, not a second one.
  const build = wish.build ?? run.id.replace(/^run_/, 'bld_');
  const { facts, installed } = await gatherPreviewFacts(slipway, environment, { fresh: wish.fresh ?? false, build });
  const commit = await (await slipway.ports.repository(environment.project)).commit(environment.headSha);
  const former =
    facts.existing === null
      ? undefined
      : (((await lastServedRun(slipway.db, run.environment))?.facts as RunFacts | undefined)?.preview as
          | PreviewFacts
          | undefined);
  const modules: ModulePlan[] = facts.change.changes.map(({ name, action, why, version }) => ({
    name,
    action,
    why,
    version,
  }));
  const remember = async (): Promise<void> => {
    await startBuild(slipway.db, {
      id: build,
      project: environment.project,
      run: run.id,
      sha: commit.sha,
      branch: environment.branch,
      message: commit.message,
      author: commit.author,
      committedAt: commit.committedAt,
      lockHash: facts.image.lockHash,
      contentHash: facts.image.contentHash,
    });
    await setEnvironment(slipway.db, environment.id, { modules });
  };
  return { plan: planPreview(facts, former), facts: { ...wish, build, preview: facts, installed }, remember };
};
