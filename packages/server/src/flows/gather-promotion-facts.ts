import { Failure } from '@slipway/contracts/failure';
import type { PlannedDeploymentView } from '@slipway/contracts/forecast-views';
import { inPlaceWords, releaseWords } from '../decide/release-words.ts';
import { environmentId } from '../domain/names.ts';
import type { Approval, PromotionFacts } from '../domain/promotion.ts';
import type { Release } from '../domain/release.ts';
import { verifyEvidence } from '../evidence/verify.ts';
import { classifyChanges } from '../odoo/classify-changes.ts';
import type { SourceRepository } from '../ports/source-repository.ts';
import { type Environment, environment } from '../store/environments.ts';
import { guardsOf } from '../store/guard-results.ts';
import type { Project } from '../store/projects.ts';
import { type Rehearsal, rehearsalOf } from '../store/rehearsals.ts';
import { builtRelease, driftOf, neutralisationOf, securityOf, testVerdictOf } from '../store/release-proof.ts';
import { smokeOf } from '../store/smoke.ts';
import { latestSnapshot } from '../store/snapshots.ts';
import { plannedView, planUpdate } from './plan-update.ts';
import { readCommit } from './read-commit.ts';
import { servedVersion } from './served-version.ts';
import type { Slipway } from './slipway.ts';

/** What staging runs and can prove; nothing else is ever promoted. Failures: stage-missing, staging-empty, release-unknown. */
export const stagedRelease = async (
  slipway: Slipway,
  project: Project,
): Promise<{ readonly staging: Environment; readonly release: Release }> => {
  if (project.config.stages.staging === undefined)
    throw new Failure('stage-missing', { project: project.name, stage: 'staging' });
  const staging = await environment(slipway.db, environmentId(project.name, 'staging'));
  if (staging?.liveSha == null || staging.image === null) throw new Failure('staging-empty', { project: project.name });
  const release = await builtRelease(slipway.db, staging.id, { sha: staging.liveSha, image: staging.image });
  if (release === null)
    throw new Failure('release-unknown', { project: project.name, sha: staging.liveSha.slice(0, 12) });
  return { staging, release };
};

export interface PromotionWish {
  readonly release: Release;
  readonly requestedBy: PromotionFacts['requestedBy'];
  readonly approvals: readonly Approval[];
  readonly emergency: PromotionFacts['emergency'];
}

/** Everything that the gates are asked about, as it is now. Changes nothing. */
export const gatherPromotionFacts = async (
  slipway: Slipway,
  project: Project,
  wish: PromotionWish,
): Promise<PromotionFacts> => {
  const { db } = slipway;
  const { release } = wish;
  const repository = await slipway.ports.repository(project.name);
  await repository.fetch();
  const [stagingId, productionId] = (['staging', 'production'] as const).map((name) =>
    environmentId(project.name, name),
  );
  const staging = await environment(db, stagingId ?? '');
  const production = await environment(db, productionId ?? '');
  const served = await servedVersion(db, production);
  const backup = await latestSnapshot(db, project.name, 'raw');
  const change = await changeOf(repository, release, { staging, production });
  const deployment = await deploymentOf(slipway, project, { production, release, change });
  return {
    ...wish,
    project: project.name,
    now: slipway.clock.now().toISOString(),
    commits: await repository.history.commits(served?.sha ?? null, release.sha),
    change: { ...change, why: deployment?.path === 'maintenance' ? inPlaceWords(change) : change.why },
    deployment,
    production: served,
    branch: await branchFacts(repository, project, release),
    staging: await stagingFacts(slipway, staging),
    tests: await testVerdictOf(db, stagingId ?? '', release.sha),
    guards: await guardsOf(db, project.name, release.sha),
    security: await securityOf(db, project.name, release.sha),
    neutralisation: await neutralisationOf(db, stagingId ?? ''),
    smoke: await smokeOf(db, stagingId ?? '', release.sha),
    backup: backup === null ? null : { id: backup.id, takenAt: backup.takenAt },
    drift: await driftOf(db, project.name),
    ...rehearsalFacts(await rehearsalOf(db, project.name, release)),
    evidence: await brokenEvidence(slipway),
  };
};

/** Null: nothing that Slipway would deploy. */
const deploymentOf = async (
  slipway: Slipway,
  project: Project,
  {
    production,
    release,
    change,
  }: Pick<PromotionFacts, 'release' | 'change'> & { readonly production: Environment | null },
): Promise<PlannedDeploymentView | null> => {
  if (project.config.stages.production?.target !== 'docker' || production?.liveSlot == null) return null;
  const touched = [...change.update, ...change.install];
  return plannedView(await planUpdate(slipway, project, { environment: production, release, touched }));
};

/** Of the newest rehearsal, whatever it was of: the gates say why it does not count. */
const rehearsalFacts = (found: Rehearsal | null): Pick<PromotionFacts, 'rehearsal' | 'invariants'> => {
  if (found === null) return { rehearsal: null, invariants: null };
  const { id: run, sha, imageDigest, productionSha, productionSince, snapshot, snapshotTakenAt, at, seconds } = found;
  const succeeded = found.status === 'succeeded';
  const figures = found.report?.figures ?? null;
  return {
    rehearsal: {
      ...{ run, sha, imageDigest, productionSha, productionSince, succeeded, snapshot, snapshotTakenAt, at, seconds },
      failed: succeeded ? null : (found.failure?.message ?? 'it was not said why'),
      forecast: found.report?.says ?? null,
    },
    invariants: figures && { broken: figures.broken, at },
  };
};

/** The image is asked of the engine itself: what a name means now need not be what it meant when staging was proved. */
const stagingFacts = async (slipway: Slipway, found: Environment | null): Promise<PromotionFacts['staging']> => {
  const served = await servedVersion(slipway.db, found);
  if (served === null) return null;
  return { ...served, imageDigest: (await slipway.ports.builder.digest(served.image)) ?? '' };
};

const branchFacts = async (
  repository: SourceRepository,
  project: Project,
  release: Release,
): Promise<PromotionFacts['branch']> => {
  const name = project.config.stages.production?.branch ?? (await repository.defaultBranch());
  const head = (await repository.branches())[name] ?? null;
  return { name, head, contained: head !== null && (await repository.history.contains(release.sha, head)) };
};

const changeOf = async (
  repository: SourceRepository,
  release: Release,
  { staging, production }: { readonly staging: Environment | null; readonly production: Environment | null },
): Promise<PromotionFacts['change']> => {
  const { modules } = await readCommit(repository, release.sha);
  const first = production?.liveSha == null;
  const { action, update, install, changes } = classifyChanges({
    modules,
    installed: first ? {} : (production?.installed ?? {}),
    wanted: Object.keys(staging?.installed ?? {}),
    repositoryChanged: true,
  });
  const told = changes.filter((change) => change.action !== 'nothing' || change.why.startsWith('warning'));
  return { action, update, install, modules: told, why: releaseWords({ action, update, install }, first) };
};

const brokenEvidence = async ({
  evidenceFolder: folder,
  db,
  evidenceSigning: signing,
}: Slipway): Promise<string | null> => {
  const { firstAltered } = await verifyEvidence({ folder, db, signing });
  return firstAltered === null ? null : `${firstAltered.path}: ${firstAltered.reason}`;
};
