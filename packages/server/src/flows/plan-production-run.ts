import { Failure } from '@slipway/contracts/failure';
import type { DeploymentPath } from '@slipway/contracts/forecast-views';
import { seconds } from '@slipway/contracts/project-config';
import { otherDatabase } from '../domain/names.ts';
import type { Release } from '../domain/release.ts';
import type { Plan } from '../plan/plan.ts';
import type { EnvironmentFacts } from '../plan/preview-facts.ts';
import { planDeployProduction } from '../plan/production-deploy.ts';
import { planMaintenance, planRollbackInPlace } from '../plan/production-maintenance.ts';
import { planRollbackProduction, planStartProduction } from '../plan/production-rollback.ts';
import type { ProductionSettings, Version } from '../plan/production-version.ts';
import { otherSlot } from '../plan/serve.ts';
import { presentObjects } from '../snapshot/repository.ts';
import type { Environment } from '../store/environments.ts';
import { type Project, projectByName } from '../store/projects.ts';
import { type Run, readRun } from '../store/runs.ts';
import { lastServedRun } from '../store/served-runs.ts';
import { latestSnapshot } from '../store/snapshots.ts';
import { servedBy } from './gather-preview-facts.ts';
import { finishDraft, gatherStageFacts, type StageDraft } from './gather-stage-facts.ts';
import { snapshotFacts, snapshotIdOf } from './plan-data-run.ts';
import { type PlannedUpdate, planRestore, planUpdate } from './plan-update.ts';
import { findWayBack, notConfirmed, type ProductionWish, requireProduction } from './request-production.ts';
import type { Draft, ProductionFacts, RunFacts } from './run-facts.ts';
import type { Slipway } from './slipway.ts';
import { openStore } from './stored-snapshots.ts';
import { watchOf } from './watch-settings.ts';

export const settingsOf = ({ config }: Project): ProductionSettings => ({
  drainSeconds: seconds(config.stages.production?.drain ?? '30s'),
  cronThreads: config.stages.production?.cron_threads ?? 2,
});

export const withProduction = (draft: Draft, production: ProductionFacts): Draft => ({
  ...draft,
  facts: { ...draft.facts, production },
});

interface Served {
  readonly version: Version;
  readonly production: ProductionFacts;
  readonly installed: Environment['installed'];
}

/** What serves, as the run that brought it said. */
const servedNow = async (slipway: Slipway, environment: Environment): Promise<Served> => {
  const facts = (await lastServedRun(slipway.db, environment.id))?.facts as RunFacts | undefined;
  if (facts?.preview === undefined || facts.production === undefined || environment.liveSlot === null)
    throw new Failure('production-empty', { project: environment.project });
  return {
    version: { facts: facts.preview, slot: environment.liveSlot },
    production: facts.production,
    installed: facts.installed ?? {},
  };
};

/** A release that staging proved. */
export const planDeploymentRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const project = await projectByName(slipway.db, run.project);
  const environment = await requireProduction(slipway, project);
  const { release, promotion = null, approver = null } = run.facts as ProductionWish;
  if (release === undefined) throw new Failure('internal', { id: 'a deployment without its release' });
  const served = await servedNow(slipway, environment);
  const draft = await gatherStageFacts(slipway, run, environment, {
    stage: 'production',
    names: Object.keys(environment.installed),
    fromSnapshot: false,
  });
  const { update, install } = draft.facts.change;
  const planned = await planUpdate(slipway, project, { environment, release, touched: [...update, ...install] });
  const { choice, forecast, bytes } = planned;
  if ('refused' in choice) throw new Failure('update-no-room', { reason: choice.refused });
  const facts = nextFacts(draft, environment, { release, path: choice.path });
  const deployment = {
    next: { facts, slot: otherSlot(served.version.slot) },
    former: served.version,
    release,
    settings: settingsOf(project),
    watched: watchOf(project).seconds > 0,
    invariants: draft.invariants,
    mark: markOf(slipway, project, { release, promotion, approver }),
  };
  const { plan, backup } = await planOf(slipway, run, project, { deployment, planned, path: choice.path });
  return withProduction(finishDraft(slipway, run, { ...draft, facts }, plan), {
    kind: 'deploy',
    release,
    slot: otherSlot(served.version.slot),
    version: run.id,
    generation: choice.path === 'blue-green' ? served.production.generation : run.id,
    former: served.production.version,
    promotion,
    approver,
    ...choice,
    ...{ forecast, bytes },
    ...(backup === null ? {} : { backup }),
  });
};

interface Chosen {
  readonly deployment: Omit<Parameters<typeof planDeployProduction>[0], 'backup' | 'forecast'>;
  readonly planned: PlannedUpdate;
  readonly path: DeploymentPath;
}

/** `backup`: the way back of an update in place; null: what served before is kept as it was. */
const planOf = async (
  slipway: Slipway,
  run: Run,
  project: Project,
  { deployment, planned, path }: Chosen,
): Promise<{ readonly plan: Plan; readonly backup: string | null }> => {
  const { forecast, readOnlySeconds, awaySeconds, roomForTwo } = planned;
  if (path !== 'maintenance') {
    const asked = project.config.stages.production?.backup !== false;
    const backup = asked ? await backupBefore(slipway, project, run) : null;
    return { plan: planDeployProduction({ ...deployment, backup, forecast }), backup: null };
  }
  await requireStore(slipway, project);
  const last = await snapshotFacts(slipway, project, { ...ofDeployment, id: `${snapshotIdOf(run)}_last` });
  const backup = await backupBefore(slipway, project, run);
  const plan = planMaintenance({ ...deployment, backup, last, readOnlySeconds, awaySeconds, roomForTwo });
  return { plan, backup: last.write.snapshot };
};

/** A store that does not answer would be found out about only when nobody can save any more. Failures: those of the store. */
const requireStore = async (slipway: Slipway, project: Project): Promise<void> => {
  const { store } = await openStore(slipway, project);
  await presentObjects(store);
};

const markOf = (
  slipway: Slipway,
  { name, config }: Project,
  { release, promotion, approver }: Pick<ProductionFacts, 'release' | 'promotion' | 'approver'>,
) => ({
  project: name,
  branch: config.stages.production?.branch ?? 'main',
  sha: release.sha,
  tag: `production-${slipway.clock.now().toISOString().slice(0, 10)}`,
  message: [
    `Production of ${name} serves ${release.sha}`,
    ...(promotion === null ? [] : [`Promotion: ${promotion}`]),
    ...(approver === null ? [] : [`Approved by: ${approver}`]),
  ].join('\n'),
});

/** The image is the one that was promoted. A deployment that updates modules goes on in a copy of the database, where there is to be one. */
const nextFacts = (
  { facts }: StageDraft,
  environment: Environment,
  { release, path }: { readonly release: Release; readonly path: DeploymentPath },
): EnvironmentFacts => ({
  ...facts,
  existing: servedBy(environment),
  image: { ...facts.image, reference: release.image },
  database: path === 'clone-and-switch' ? otherDatabase(environment.database) : environment.database,
});

/** One that was made for this promotion is not made again. */
const FRESH_MILLISECONDS = 3_600_000;

const backupBefore = async (slipway: Slipway, project: Project, run: Run) => {
  const newest = await latestSnapshot(slipway.db, project.name, 'raw');
  const age = newest === null ? Number.POSITIVE_INFINITY : slipway.clock.now().getTime() - Date.parse(newest.takenAt);
  if (age < FRESH_MILLISECONDS) return null;
  return snapshotFacts(slipway, project, { ...ofDeployment, id: snapshotIdOf(run) });
};

const ofDeployment = { kind: 'raw', reason: 'deployment', acceptDrift: true } as const;

export const planRollbackRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const project = await projectByName(slipway.db, run.project);
  const environment = await requireProduction(slipway, project);
  const served = await servedNow(slipway, environment);
  const { to = null, losesData = false, from } = run.facts as ProductionWish;
  // A deployment that came in between may have needed the name of that database, or made one of its own.
  const way = await findWayBack(slipway, project, to);
  if (way.losesData && !losesData) throw notConfirmed(way);
  if (from !== undefined && from !== way.now.id)
    throw new Failure('rollback-none', { reason: `${from} does not serve any more, ${way.now.id} does` });
  const target = way.back;
  const former = (await readRun(slipway.db, target.run ?? target.id)).facts as RunFacts;
  if (former.preview === undefined || former.production === undefined)
    throw new Failure('rollback-none', { reason: `what ${target.id} was made of is not known any more` });
  const slot = otherSlot(served.version.slot);
  // How that version came to be is its own deployment's.
  const { path: _path, forecast: _forecast, bytes: _bytes, backup: _backup, ...brought } = former.production;
  const facts: EnvironmentFacts = { ...former.preview, existing: servedBy(environment) };
  const back = { facts, slot };
  const { backup } = way;
  const { plan, inPlace } =
    backup === null
      ? { plan: planRollbackProduction({ back, now: served.version, settings: settingsOf(project) }), inPlace: {} }
      : await planBackInPlace(slipway, run, project, { back, now: served.version, backup });
  return {
    plan,
    facts: {
      ...(run.facts as RunFacts),
      preview: facts,
      installed: former.installed ?? {},
      production: {
        ...brought,
        kind: 'rollback',
        slot,
        version: target.id,
        former: served.production.version,
        promotion: null,
        approver: null,
        why: `back from ${served.production.version} to ${target.id}`,
        ...inPlace,
      },
    },
  };
};

/** Its database was updated in place: what it was is in a backup, and what it is has to be in one first. */
const planBackInPlace = async (
  slipway: Slipway,
  run: Run,
  project: Project,
  { back, now, backup }: { readonly back: Version; readonly now: Version; readonly backup: string },
) => {
  await requireStore(slipway, project);
  const last = await snapshotFacts(slipway, project, { ...ofDeployment, id: `${snapshotIdOf(run)}_last` });
  const space = await planRestore(slipway, project, back.facts.database);
  const plan = planRollbackInPlace({ next: back, former: now, settings: settingsOf(project), last, backup, ...space });
  return { plan, inPlace: { path: 'maintenance' as const, backup: last.write.snapshot } };
};

export const planStartRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const project = await projectByName(slipway.db, run.project);
  const { version } = await servedNow(slipway, await requireProduction(slipway, project));
  return { plan: planStartProduction(version, settingsOf(project)), facts: run.facts as RunFacts };
};
