import { asFailure, Failure, type FailureData } from '@slipway/contracts/failure';
import type { Verdict } from '@slipway/contracts/views';
import type { LogJudgement } from '../odoo/log-verdict.ts';
import type { BuiltImage } from '../ports/image-builder.ts';
import { finishBuild, setTestVerdict } from '../store/builds.ts';
import { finishDeployment, startDeployment } from '../store/deployments.ts';
import { type Environment, type EnvironmentPatch, requireEnvironment, setEnvironment } from '../store/environments.ts';
import { readSteps } from '../store/journal.ts';
import { tailLogLines } from '../store/log-lines.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { finishRun, type Run } from '../store/runs.ts';
import type { RunFacts } from './plan-run.ts';
import type { RunEvidence } from './run-evidence.ts';
import { CLEAN_UP_MARK } from './run-steps.ts';
import type { Slipway } from './slipway.ts';

const LAST_LINES = 20;
/** More than any clean-up writes. */
const LOOK_BACK = 100;

/** The end of a run and what it means for its environment are one transaction: nobody sees one without the other. */
export const finishSucceeded = async (slipway: Slipway, run: Run, evidence: RunEvidence): Promise<void> => {
  const steps = await readSteps(slipway.db, run.id);
  await evidence.seal({ run: run.id, kind: run.kind, state: 'succeeded', sha: run.sha, steps });
  const facts = run.facts as RunFacts;
  const before = await requireEnvironment(slipway.db, run.environment);
  const patch = await successPatch(slipway, run, facts, steps);
  const image = receiptOf<BuiltImage>(steps, 'build-image');
  const judgement = receiptOf<LogJudgement>(steps, 'update-modules');
  await inTransaction(slipway.db, async (db) => {
    await finishRun(db, { run: run.id, fence: run.fence, state: 'succeeded', failure: null });
    await setEnvironment(db, run.environment, patch);
    if (facts.build !== undefined && image !== undefined) {
      await finishBuild(db, facts.build, {
        state: 'built',
        image: image.reference,
        imageDigest: image.digest,
        cached: image.cached,
      });
      await setTestVerdict(db, facts.build, patch.verdict ?? 'green', judgement ?? null);
    }
    if (run.kind === 'open-preview') await recordDeployment(db, run, facts, steps, before);
  });
};

/** What was brought where (D1): the modules that changed version, and how the new one was found to be well. */
const recordDeployment = async (
  db: Queryable,
  run: Run,
  facts: RunFacts,
  steps: Steps,
  before: Environment,
): Promise<void> => {
  const changes = facts.preview?.change.changes ?? [];
  const moved = changes.filter(({ action }) => action === 'update' || action === 'install');
  const update = steps.find((step) => step.name === 'update-modules');
  await startDeployment(db, {
    id: run.id,
    environment: run.environment,
    run: run.id,
    sha: run.sha ?? '',
    rollbackSha: before.liveSha,
    actor: run.requestedBy,
    approver: null,
  });
  await finishDeployment(db, run.id, {
    status: 'succeeded',
    steps: steps.map(({ name, state, milliseconds }) => ({ name, state, milliseconds })),
    healthResults: steps.filter((step) => step.kind === 'await-ready').map(({ note, receipt }) => ({ note, receipt })),
    migrations: moved.map(({ name, version }) => ({
      module: name,
      versionBefore: before.installed[name]?.version ?? null,
      versionAfter: version,
      milliseconds: update?.milliseconds ?? null,
    })),
  });
};

type Steps = Awaited<ReturnType<typeof readSteps>>;

const receiptOf = <T>(steps: Steps, name: string): T | undefined =>
  steps.find((step) => step.name === name)?.receipt as T | undefined;

const successPatch = async (slipway: Slipway, run: Run, facts: RunFacts, steps: Steps): Promise<EnvironmentPatch> => {
  switch (run.kind) {
    case 'close-preview':
      return {
        state: 'closed',
        liveSlot: null,
        liveSha: null,
        image: null,
        closedAt: slipway.clock.now().toISOString(),
        failure: null,
        reason: null,
      };
    case 'sleep-preview': {
      const environment = await requireEnvironment(slipway.db, run.environment);
      return environment.state === 'live' ? { state: 'sleeping' } : {};
    }
    case 'wake-preview':
      return { state: 'live', reason: null, lastUsedAt: slipway.clock.now().toISOString() };
    default:
      return openedPatch(slipway, facts, steps);
  }
};

const openedPatch = (slipway: Slipway, facts: RunFacts, steps: Steps): EnvironmentPatch => {
  const preview = facts.preview;
  if (preview === undefined) throw new Failure('internal', { id: 'a run without its facts' });
  const slot = steps.find((step) => step.kind === 'switch-route')?.input as { slot: 'blue' | 'green' } | undefined;
  const judgement = receiptOf<LogJudgement>(steps, 'update-modules');
  const verdict: Verdict = judgement?.verdict ?? 'green';
  return {
    state: 'live',
    liveSha: preview.image.sha,
    liveSlot: slot?.slot ?? 'blue',
    image: preview.image.reference,
    installed: facts.installed ?? {},
    verdict,
    failure: null,
    reason: null,
    lastUsedAt: slipway.clock.now().toISOString(),
  };
};

/** A failed update leaves the former version serving; a failed first build leaves a page that says at which step, and nothing else. */
export const finishFailed = async (
  slipway: Slipway,
  run: Run,
  evidence: RunEvidence,
  failure: Failure,
  step: string | null,
): Promise<void> => {
  await evidence.flush();
  const lines = (await tailLogLines(slipway.db, run.id, LOOK_BACK))
    .map(({ text }) => text)
    .filter((text) => !text.startsWith(CLEAN_UP_MARK))
    .slice(-LAST_LINES);
  const steps = await readSteps(slipway.db, run.id);
  // As the journal has it, so that whoever seals after a crash seals the same bytes.
  const kept = steps.find((row) => row.state === 'failed' && row.name === step)?.failure ?? failure.toJSON();
  await sealIfRoom(slipway, run, evidence, {
    run: run.id,
    kind: run.kind,
    state: 'failed',
    sha: run.sha,
    step,
    failure: kept,
    steps,
  });
  const data = { ...failure.toJSON(), facts: { ...failure.facts }, step, lastLines: lines };
  await settle(slipway, run, { state: 'failed', failure: data, verdict: 'red' });
};

/** What failed because the disk is full must be told all the same; its evidence then ends where the room ended. */
const sealIfRoom = async (slipway: Slipway, run: Run, evidence: RunEvidence, summary: unknown): Promise<void> => {
  try {
    await evidence.seal(summary);
  } catch (error) {
    if (asFailure(error).code !== 'disk-full') throw error;
    slipway.logger.error({ err: error, run: run.id }, 'no room for the evidence of a run that failed');
  }
};

export const finishCancelled = async (slipway: Slipway, run: Run, evidence: RunEvidence): Promise<void> => {
  const superseded = run.cancelReason?.startsWith('superseded') ?? false;
  const failure = new Failure('run-cancelled', { reason: run.cancelReason ?? 'by request' });
  const steps = await readSteps(slipway.db, run.id);
  await sealIfRoom(slipway, run, evidence, {
    run: run.id,
    kind: run.kind,
    state: superseded ? 'superseded' : 'cancelled',
    failure: failure.toJSON(),
    steps,
  });
  const data = { ...failure.toJSON(), facts: { ...failure.facts }, step: null, lastLines: [] };
  await settle(slipway, run, {
    state: superseded ? 'superseded' : 'cancelled',
    failure: superseded ? null : data,
    verdict: null,
  });
};

interface Settlement {
  readonly state: 'failed' | 'cancelled' | 'superseded';
  readonly failure: (FailureData & Environment['failure']) | null;
  readonly verdict: Verdict | null;
}

const settle = async (slipway: Slipway, run: Run, end: Settlement): Promise<void> => {
  const environment = await requireEnvironment(slipway.db, run.environment);
  const facts = run.facts as RunFacts;
  // A rebuild from nothing that was never planned has taken nothing away; of a close that failed nobody knows what is left.
  const gone = run.kind === 'close-preview' || ((facts.fresh ?? false) && run.plan !== null);
  const serving = environment.liveSlot !== null && !gone;
  const awake = facts.preview?.existing?.awake ?? environment.state === 'live';
  const alone = end.state === 'superseded' ? 'queued' : 'failed';
  const patch: EnvironmentPatch = {
    state: serving ? (awake ? 'live' : 'sleeping') : alone,
    failure: end.failure,
    reason: null,
    ...(end.verdict === null ? {} : { verdict: end.verdict }),
    ...(serving ? {} : { liveSlot: null, liveSha: null, image: null, installed: {} }),
  };
  if (!serving && end.failure !== null) await showFailed(slipway, run, environment.host, end.failure);
  await inTransaction(slipway.db, async (db) => {
    await finishRun(db, { run: run.id, fence: run.fence, state: end.state, failure: end.failure });
    await setEnvironment(db, run.environment, patch);
    if (facts.build !== undefined) await finishBuild(db, facts.build, { state: 'failed' });
  });
};

const showFailed = (
  slipway: Slipway,
  run: Run,
  host: string,
  failure: NonNullable<Settlement['failure']>,
): Promise<void> =>
  slipway.ports.routes.put({
    host,
    environment: run.environment,
    route: {
      kind: 'page',
      page: 'failed',
      facts: {
        step: failure.step ?? 'prepare',
        message: failure.message,
        run: run.id,
        lines: failure.lastLines.join('\n'),
      },
    },
  });
