import { CLEAR_COPY } from '../plan/production-deploy.ts';
import type { BuiltImage } from '../ports/image-builder.ts';
import { finishDeployment, type ServedVersion, startDeployment } from '../store/deployments.ts';
import type { Environment } from '../store/environments.ts';
import type { readSteps } from '../store/journal.ts';
import type { Queryable } from '../store/queryable.ts';
import type { Run } from '../store/runs.ts';
import type { RunFacts } from './run-facts.ts';

/** Steps that say how well the new version is. */
const PROVES: ReadonlySet<string> = new Set(['await-ready', 'smoke-slot']);

export type Steps = Awaited<ReturnType<typeof readSteps>>;

/** A step that failed, or was skipped, has a row without a receipt. */
export const receiptOf = <T>(steps: Steps, name: string): T | undefined =>
  steps.find((step) => step.name === name && step.receipt !== null)?.receipt as T | undefined;

interface Recorded {
  readonly run: Run;
  readonly facts: RunFacts;
  readonly steps: Steps;
  readonly before: Environment;
  readonly status: 'succeeded' | 'failed' | 'cancelled';
}

/** What was brought where (D1): the modules that changed version, and how the new one was found to be well. */
export const recordDeployment = async (
  db: Queryable,
  { run, facts, steps, before, status }: Recorded,
): Promise<void> => {
  // What is gone back to was brought there by a deployment of its own.
  const changes = facts.production?.kind === 'rollback' ? [] : (facts.preview?.change.changes ?? []);
  const moved = changes.filter(({ action }) => action === 'update' || action === 'install');
  const update = steps.find((step) => step.name === 'update-modules');
  await startDeployment(db, {
    id: run.id,
    environment: run.environment,
    run: run.id,
    sha: run.sha ?? '',
    rollbackSha: before.liveSha,
    actor: run.requestedBy,
    approver: facts.production?.approver ?? null,
    ...servedOf(run, facts, { steps, status }),
  });
  await finishDeployment(db, run.id, {
    status,
    steps: steps.map(({ name, state, milliseconds }) => ({ name, state, milliseconds })),
    healthResults: steps.filter(({ kind }) => PROVES.has(kind)).map(({ note, receipt }) => ({ note, receipt })),
    migrations: moved.map(({ name, version }) => ({
      module: name,
      versionBefore: before.installed[name]?.version ?? null,
      versionAfter: version,
      milliseconds: update?.milliseconds ?? null,
    })),
  });
};

/** Of a production: what going back to it takes. */
const servedOf = (
  { id }: Run,
  { preview, production }: RunFacts,
  { steps, status }: Pick<Recorded, 'steps' | 'status'>,
): { readonly served?: ServedVersion } => {
  if (preview === undefined || production === undefined) return {};
  const { kind, slot, generation, version, release } = production;
  const others = generation !== id || kind === 'open' || steps.some(({ name }) => name === CLEAR_COPY);
  // What was changed in place and failed is again what it was.
  const made = production.path === 'maintenance' ? status === 'succeeded' : others;
  const switched = steps.find((step) => step.kind === 'switch-route' && step.state === 'done');
  return {
    served: {
      kind,
      image: preview.image.reference,
      imageDigest: receiptOf<BuiltImage>(steps, 'build-image')?.digest ?? release.imageDigest,
      database: preview.database,
      slot,
      modules: preview.change.changes,
      generation: made ? generation : null,
      version,
      switchedAt: switched?.finishedAt ?? null,
      heldAt: steps.find((step) => step.kind === 'freeze-writes' && step.state === 'done')?.finishedAt ?? null,
    },
  };
};
