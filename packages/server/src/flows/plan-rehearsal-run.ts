import { seconds } from '@slipway/contracts/project-config';
import { environmentId } from '../domain/names.ts';
import { planRehearsal } from '../plan/rehearsal.ts';
import type { RefreshFacts } from '../plan/staging.ts';
import {
  type Environment,
  environment as findEnvironment,
  requireEnvironment,
  setEnvironment,
} from '../store/environments.ts';
import { type Project, projectByName } from '../store/projects.ts';
import type { Run } from '../store/runs.ts';
import { latestSnapshot } from '../store/snapshots.ts';
import { gatherStageFacts } from './gather-stage-facts.ts';
import { modulesOf, snapshotFacts, snapshotIdOf } from './plan-data-run.ts';
import { promotionSettings } from './promote.ts';
import type { RehearsalWish } from './request-rehearsal.ts';
import type { Draft } from './run-facts.ts';
import { servedVersion } from './served-version.ts';
import type { Slipway } from './slipway.ts';
import { copyFacts } from './snapshot-template.ts';
import { ensureStage } from './stages.ts';

/** What staging proved, with its image, on a copy of what production is. */
export const planRehearsalRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const environment = await requireEnvironment(slipway.db, run.environment);
  const project = await projectByName(slipway.db, run.project);
  const { release, renew } = run.facts as unknown as RehearsalWish;
  const production = await findEnvironment(slipway.db, environmentId(project.name, 'production'));
  const served = await servedVersion(slipway.db, production);
  const data = await rehearsalData(slipway, run, project, { renew, since: served?.since ?? null });
  const installed = served === null ? null : (production as Environment).installed;
  const draft = await gatherStageFacts(slipway, run, environment, {
    ...{ stage: 'staging', fromSnapshot: true },
    names: installed === null ? await modulesOf(slipway, project, data) : Object.keys(installed),
    // Of one that Slipway does not run the files are not known: whatever is installed there is brought to this commit.
    ...(installed === null ? {} : { installed, limits: 'production' }),
  });
  const facts = { ...draft.facts, image: { ...draft.facts.image, reference: release.image } };
  return {
    plan: planRehearsal({ facts, data, release, invariants: draft.invariants }),
    facts: {
      ...(run.facts as object),
      ...{ preview: facts, installed: draft.installed, snapshot: data.snapshot },
      rehearsal: { production: served && { sha: served.sha, since: served.since }, snapshot: data.snapshot },
    },
    // Nothing is built: the modules are told, and no build is begun.
    remember: () =>
      setEnvironment(slipway.db, environment.id, {
        headSha: release.sha,
        modules: facts.change.changes.map(({ name, action, why, version }) => ({ name, action, why, version })),
      }),
  };
};

/** The newest sanitised snapshot, where it is of production as it is now; else one is taken. */
const rehearsalData = async (
  slipway: Slipway,
  run: Run,
  project: Project,
  { renew, since }: { readonly renew: boolean; readonly since: string | null },
): Promise<RefreshFacts> => {
  const newest = await latestSnapshot(slipway.db, project.name, 'sanitised');
  const oldest = slipway.clock.now().getTime() - seconds(promotionSettings(project).rehearsal_max_age) * 1000;
  const from = Math.max(oldest, since === null ? 0 : Date.parse(since));
  const { store } = project.config.data;
  if (newest !== null && !renew && Date.parse(newest.takenAt) > from) {
    const copy = await copyFacts(slipway, project.name, newest.id);
    // Where it was restored already, it is copied from there; where not, it is restored for this rehearsal alone.
    return { snapshot: newest.id, make: null, recover: null, store, template: copy.ready ? copy : null };
  }
  // The snapshot will be production's, which may never have been asked for anything before.
  await ensureStage(slipway, slipway.db, project, 'production');
  const id = snapshotIdOf(run);
  const make = await snapshotFacts(slipway, project, {
    ...{ id, kind: 'sanitised', reason: 'deployment', acceptDrift: false },
  });
  return { snapshot: id, make, recover: null, store, template: null };
};
