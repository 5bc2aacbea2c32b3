import { Failure } from '@slipway/contracts/failure';
import { seconds } from '@slipway/contracts/project-config';
import { environmentId, otherDatabase } from '../domain/names.ts';
import type { Release } from '../domain/release.ts';
import type { EnvironmentFacts } from '../plan/preview-facts.ts';
import { planDeployProduction } from '../plan/production-deploy.ts';
import { planOpenProduction } from '../plan/production-open.ts';
import { planRollbackProduction, planStartProduction } from '../plan/production-rollback.ts';
import type { ProductionSettings, Version } from '../plan/production-version.ts';
import { otherSlot } from '../plan/serve.ts';
import { deployments } from '../store/deployments.ts';
import { type Environment, requireEnvironment } from '../store/environments.ts';
import { updateMilliseconds } from '../store/journal.ts';
import { type Project, projectByName } from '../store/projects.ts';
import { type Run, readRun } from '../store/runs.ts';
import { lastServedRun } from '../store/served-runs.ts';
import { latestSnapshot } from '../store/snapshots.ts';
import { servedBy } from './gather-preview-facts.ts';
import { finishDraft, gatherStageFacts, type StageDraft } from './gather-stage-facts.ts';
import { snapshotFacts, snapshotModules } from './plan-data-run.ts';
import { coreModules } from './read-commit.ts';
import { findWayBack, notConfirmed, type ProductionWish, requireProduction } from './request-production.ts';
import type { Draft, ProductionFacts, RunFacts } from './run-facts.ts';
import type { Slipway } from './slipway.ts';
import { watchOf } from './watch-settings.ts';

/** Production as it begins: with the data of a backup, or as a company without any. */
export const planOpeningRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const environment = await requireEnvironment(slipway.db, run.environment);
  const project = await projectByName(slipway.db, run.project);
  const { snapshot = null } = run.facts as ProductionWish;
  await requireNoProduction(slipway, environment);
  const install = project.config.stages.production?.install ?? [];
  const names =
    snapshot !== null ? await snapshotModules(slipway, project, snapshot) : install.length > 0 ? install : 'all';
  const draft = await gatherStageFacts(slipway, run, environment, {
    stage: 'production',
    names,
    fromSnapshot: snapshot !== null,
  });
  const begin =
    snapshot === null
      ? { also: await odooOwn(slipway, draft, install) }
      : { from: { snapshot, make: null, recover: null, store: project.config.data.store, template: null } };
  const plan = planOpenProduction(draft.facts, settingsOf(project), begin);
  return withProduction(finishDraft(slipway, run, draft, plan, snapshot ?? undefined), {
    kind: 'open',
    release: releaseOf(draft.facts),
    slot: 'blue',
    version: run.id,
    generation: run.id,
    former: null,
    promotion: null,
    approver: null,
    why: snapshot === null ? 'a new company' : `begins with the data of ${snapshot}`,
  });
};

/**
 * Fails closed: a database of that name that no opening of ours has left half made is somebody's production, whatever the control
 * plane knows of it. Failure: production-there.
 */
const requireNoProduction = async (
  slipway: Slipway,
  { id, project, database, liveSlot }: Environment,
): Promise<void> => {
  const tried = (await deployments(slipway.db, id)).some(
    ({ kind, status }) => kind === 'open' && status !== 'succeeded',
  );
  if (liveSlot === null && (tried || !(await slipway.ports.databases.exists(database)))) return;
  throw new Failure('production-there', { project, database });
};

/** Those of the list that come with Odoo. Failure: config-invalid for one that nobody has. */
const odooOwn = async (
  slipway: Slipway,
  { facts }: StageDraft,
  install: readonly string[],
): Promise<readonly string[]> => {
  const others = install.filter((name) => !facts.modules.includes(name));
  if (others.length === 0) return [];
  const core = new Set(await coreModules(slipway, facts.base));
  const unknown = others.filter((name) => !core.has(name));
  if (unknown.length === 0) return others;
  const problems = `stages.production.install names ${unknown.join(', ')}: neither in the repository nor in Odoo ${facts.series}`;
  throw new Failure('config-invalid', { problems });
};

const settingsOf = ({ config }: Project): ProductionSettings => ({
  drainSeconds: seconds(config.stages.production?.drain ?? '30s'),
  cronThreads: config.stages.production?.cron_threads ?? 2,
});

/** Of the image that the first deployment makes itself; the digest is known when it is built. */
const releaseOf = ({ image, build }: EnvironmentFacts): Release => ({
  sha: image.sha,
  build,
  image: image.reference,
  imageDigest: '',
  lockHash: image.lockHash,
  contentHash: image.contentHash,
});

const withProduction = (draft: Draft, production: ProductionFacts): Draft => ({
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
  const { facts, why } = nextFacts(draft, environment, release);
  const { production } = project.config.stages;
  const plan = planDeployProduction({
    next: { facts, slot: otherSlot(served.version.slot) },
    former: served.version,
    release,
    backup: production?.backup === false ? null : await backupBefore(slipway, project, run),
    settings: settingsOf(project),
    watched: watchOf(project).seconds > 0,
    forecastSeconds: await forecast(slipway, project, release),
    invariants: draft.invariants,
    mark: markOf(slipway, project, { release, promotion, approver }),
  });
  const migrates = facts.database !== environment.database;
  return withProduction(finishDraft(slipway, run, { ...draft, facts }, plan), {
    kind: 'deploy',
    release,
    slot: otherSlot(served.version.slot),
    version: run.id,
    generation: migrates ? run.id : served.production.generation,
    former: served.production.version,
    promotion,
    approver,
    why,
  });
};

/** Starting and proving the new version, besides the update. */
const BESIDES_SECONDS = 20;
const UNKNOWN_SECONDS = 180;

/** As long as staging took to update the same modules, and half as much again: production has as much data, and people on it. */
const forecast = async (slipway: Slipway, project: Project, { sha }: Release): Promise<number> => {
  const staging = environmentId(project.name, 'staging');
  const milliseconds = await updateMilliseconds(slipway.db, staging, sha);
  return milliseconds === null ? UNKNOWN_SECONDS : Math.ceil((milliseconds * 1.5) / 1000) + BESIDES_SECONDS;
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

/** The image is the one that was promoted. A deployment that updates modules goes on in a copy of the database. */
const nextFacts = (
  { facts }: StageDraft,
  environment: Environment,
  release: Release,
): { readonly facts: EnvironmentFacts; readonly why: string } => {
  const { update, install } = facts.change;
  const touched = [...update, ...install];
  const migrates = touched.length > 0;
  return {
    facts: {
      ...facts,
      existing: servedBy(environment),
      image: { ...facts.image, reference: release.image },
      database: migrates ? otherDatabase(environment.database) : environment.database,
    },
    why: migrates
      ? `updates ${touched.join(', ')}: on a copy of the database, while the old version answers who only reads`
      : 'code only: both versions run on the same database, and nobody waits',
  };
};

/** One that was made for this promotion is not made again. */
const FRESH_MILLISECONDS = 3_600_000;

const backupBefore = async (slipway: Slipway, project: Project, run: Run) => {
  const newest = await latestSnapshot(slipway.db, project.name, 'raw');
  const age = newest === null ? Number.POSITIVE_INFINITY : slipway.clock.now().getTime() - Date.parse(newest.takenAt);
  if (age < FRESH_MILLISECONDS) return null;
  return snapshotFacts(slipway, project, {
    id: run.id.replace(/^run_/, 'snap_'),
    kind: 'raw',
    reason: 'deployment',
    acceptDrift: true,
  });
};

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
  const facts: EnvironmentFacts = { ...former.preview, existing: servedBy(environment) };
  const plan = planRollbackProduction({ back: { facts, slot }, now: served.version, settings: settingsOf(project) });
  return {
    plan,
    facts: {
      ...(run.facts as RunFacts),
      preview: facts,
      installed: former.installed ?? {},
      production: {
        ...former.production,
        kind: 'rollback',
        slot,
        version: target.id,
        former: served.production.version,
        promotion: null,
        approver: null,
        why: `back from ${served.production.version} to ${target.id}`,
      },
    },
  };
};

export const planStartRun = async (slipway: Slipway, run: Run): Promise<Draft> => {
  const project = await projectByName(slipway.db, run.project);
  const { version } = await servedNow(slipway, await requireProduction(slipway, project));
  return { plan: planStartProduction(version, settingsOf(project)), facts: run.facts as RunFacts };
};
