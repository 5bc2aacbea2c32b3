import { Failure } from '@slipway/contracts/failure';
import type { Release } from '../domain/release.ts';
import type { EnvironmentFacts } from '../plan/preview-facts.ts';
import { planOpenProduction } from '../plan/production-open.ts';
import { deployments } from '../store/deployments.ts';
import { type Environment, requireEnvironment } from '../store/environments.ts';
import { projectByName } from '../store/projects.ts';
import type { Run } from '../store/runs.ts';
import { finishDraft, gatherStageFacts, type StageDraft } from './gather-stage-facts.ts';
import { snapshotModules } from './plan-data-run.ts';
import { settingsOf, withProduction } from './plan-production-run.ts';
import { coreModules } from './read-commit.ts';
import type { ProductionWish } from './request-production.ts';
import type { Draft } from './run-facts.ts';
import type { Slipway } from './slipway.ts';

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

/** Of the image that the first deployment makes itself; the digest is known when it is built. */
const releaseOf = ({ image, build }: EnvironmentFacts): Release => ({
  sha: image.sha,
  build,
  image: image.reference,
  imageDigest: '',
  lockHash: image.lockHash,
  contentHash: image.contentHash,
});
