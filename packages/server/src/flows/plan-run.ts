import { Failure } from '@slipway/contracts/failure';
import type { ModulePlan } from '@slipway/contracts/views';
import type { InstalledModules } from '../domain/modules.ts';
import { requireCapabilities } from '../plan/capabilities.ts';
import type { Plan } from '../plan/plan.ts';
import { planClose, planPreview, planSleep, planWake } from '../plan/preview.ts';
import type { PreviewFacts } from '../plan/preview-facts.ts';
import { startBuild } from '../store/builds.ts';
import { requireEnvironment, setEnvironment } from '../store/environments.ts';
import type { Run } from '../store/runs.ts';
import { lastServedRun } from '../store/served-runs.ts';
import { gatherPreviewFacts } from './gather-preview-facts.ts';
import type { Slipway } from './slipway.ts';

/** What is stored with a run when it was planned: enough to go on after a crash, and to wake or undo later. */
export interface RunFacts {
  readonly fresh?: boolean;
  readonly build?: string;
  readonly preview?: PreviewFacts;
  readonly installed?: InstalledModules;
}

export interface PlannedRun {
  readonly plan: Plan;
  readonly facts: RunFacts;
}

/** Asks the world what is there and turns it into a plan; pure from there on. A plan that the target cannot carry out is none. */
export const planRun = async (slipway: Slipway, run: Run): Promise<PlannedRun> => {
  const { plan, facts, remember } = await planKind(slipway, run);
  requireCapabilities(plan, slipway.ports.workload);
  await remember?.();
  return { plan, facts };
};

interface Draft extends PlannedRun {
  /** What the store is told once the plan is known to be possible. */
  readonly remember?: () => Promise<void>;
}

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
    default:
      throw new Failure('kind-unknown', {
        what: 'run',
        kind: run.kind,
        known: 'open-preview, close-preview, sleep-preview, wake-preview',
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
      : ((await lastServedRun(slipway.db, run.environment))?.facts as RunFacts | undefined)?.preview;
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
