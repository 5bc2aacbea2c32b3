import { asFailure, Failure } from '@slipway/contracts/failure';
import type { Verdict } from '@slipway/contracts/views';
import { deploymentNotice } from '../domain/notice-words.ts';
import type { LogJudgement } from '../odoo/log-verdict.ts';
import type { BuiltImage } from '../ports/image-builder.ts';
import { finishBuild, servedVerdict, setTestVerdict } from '../store/builds.ts';
import { type EnvironmentPatch, requireEnvironment, setEnvironment } from '../store/environments.ts';
import { readSteps } from '../store/journal.ts';
import { tailLogLines } from '../store/log-lines.ts';
import { queueNotice } from '../store/notices.ts';
import { projectByName } from '../store/projects.ts';
import { inTransaction } from '../store/queryable.ts';
import { finishRun, type Run } from '../store/runs.ts';
import { pinWayBack } from '../store/snapshots.ts';
import { keepDescription } from './describe-production.ts';
import { keepPostmortem, keepWatchPostmortem } from './draft-postmortem.ts';
import { keepTimes } from './keep-times.ts';
import { startWatch } from './keep-watch.ts';
import { receiptOf, recordDeployment, type Steps } from './record-deployment.ts';
import { recordDrillOf } from './record-drill.ts';
import { keepRehearsal, recordRehearsalOf } from './record-rehearsal.ts';
import type { RunEvidence } from './run-evidence.ts';
import type { RunFacts } from './run-facts.ts';
import { CLEAN_UP_MARK } from './run-steps.ts';
import { settleCron } from './settle-cron.ts';
import { settlePromotion } from './settle-promotion.ts';
import { settle } from './settle-run.ts';
import type { Slipway } from './slipway.ts';
import { watchOf } from './watch-settings.ts';

const LAST_LINES = 20;
/** More than any clean-up writes. */
const LOOK_BACK = 100;

/** Kinds that bring a commit somewhere. */
const DEPLOYS: ReadonlySet<string> = new Set([
  'open-preview',
  'deploy-staging',
  'refresh-staging',
  'restore-staging',
  'open-production',
  'deploy-production',
  'rollback-production',
]);

/** The end of a run and what it means for its environment are one transaction: nobody sees one without the other. */
export const finishSucceeded = async (slipway: Slipway, run: Run, evidence: RunEvidence): Promise<void> => {
  const steps = await readSteps(slipway.db, run.id);
  await keepWatchPostmortem(slipway, run, evidence.keep);
  await keepTimes(slipway, run, evidence);
  await keepRehearsal(run, steps, evidence.keep);
  const facts = run.facts as RunFacts;
  if (facts.production !== undefined && facts.preview !== undefined)
    await keepDescription(slipway, { run, database: facts.preview.database }, evidence);
  await evidence.seal({ run: run.id, kind: run.kind, state: 'succeeded', sha: run.sha, steps });
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
    await queueNotice(db, deploymentNotice(run, { state: 'succeeded' }));
    if (run.kind === 'drill-backup') await recordDrillOf(db, run, facts, steps);
    await recordRehearsalOf(slipway, db, run, { status: 'succeeded' });
    if (DEPLOYS.has(run.kind)) await recordDeployment(db, { run, facts, steps, before, status: 'succeeded' });
    if (facts.production?.backup !== undefined) await pinWayBack(db, run.environment, facts.production.backup);
    if (run.kind === 'deploy-production') {
      await settlePromotion(db, run, 'succeeded');
      const wish = watchOf(await projectByName(db, run.project));
      await startWatch(db, run, { production: facts.production, steps, wish, now: slipway.clock.now() });
    }
    await settleCron(db, run);
  });
};

const successPatch = async (slipway: Slipway, run: Run, facts: RunFacts, steps: Steps): Promise<EnvironmentPatch> => {
  switch (run.kind) {
    case 'close-preview':
      return {
        state: 'closed',
        asleep: false,
        liveSlot: null,
        liveSha: null,
        image: null,
        closedAt: slipway.clock.now().toISOString(),
        failure: null,
        reason: null,
      };
    case 'sleep-preview': {
      const environment = await requireEnvironment(slipway.db, run.environment);
      return { asleep: environment.liveSlot !== null, ...(environment.state === 'live' ? { state: 'sleeping' } : {}) };
    }
    case 'wake-preview': {
      const { state } = await requireEnvironment(slipway.db, run.environment);
      // What waits for approval goes on waiting; the commit that serves was approved before.
      const woken = state === 'blocked' ? {} : ({ state: 'live' } as const);
      return { ...woken, asleep: false, reason: null, lastUsedAt: slipway.clock.now().toISOString() };
    }
    case 'create-snapshot':
    case 'copy-server':
    case 'prune-snapshots':
      return { reason: null };
    case 'restore-production':
      return { failure: null };
    case 'start-production':
      return { state: 'live', failure: null, reason: null };
    case 'drill-backup':
    case 'rehearse':
      return { state: 'closed', failure: null, reason: null, modules: [] };
    default:
      return openedPatch(slipway, run.environment, facts, steps);
  }
};

const openedPatch = async (
  slipway: Slipway,
  environment: string,
  facts: RunFacts,
  steps: Steps,
): Promise<EnvironmentPatch> => {
  const preview = facts.preview;
  if (preview === undefined) throw new Failure('internal', { id: 'a run without its facts' });
  const slot = steps.find((step) => step.kind === 'switch-route')?.input as { slot: 'blue' | 'green' } | undefined;
  const judgement = receiptOf<LogJudgement>(steps, 'update-modules');
  // Where no module was touched, nothing was tested either: what was found of what serves still holds.
  const before = preview.existing === null ? null : await servedVerdict(slipway.db, environment);
  const verdict: Verdict = judgement?.verdict ?? before ?? 'green';
  return {
    state: 'live',
    asleep: false,
    liveSha: preview.image.sha,
    liveSlot: slot?.slot ?? 'blue',
    image: preview.image.reference,
    ...(preview.stage === 'production' ? { database: preview.database } : {}),
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
  const summary = { run: run.id, kind: run.kind, state: 'failed', sha: run.sha, step, failure: kept, steps };
  await sealIfRoom(slipway, run, evidence, summary, async () => {
    await keepTimes(slipway, run, evidence);
    await keepPostmortem(slipway, run, { failure: kept, step }, evidence.keep);
    await keepRehearsal(run, steps, evidence.keep);
  });
  const data = { ...failure.toJSON(), facts: { ...failure.facts }, step, lastLines: lines };
  const judgement = receiptOf<LogJudgement>(steps, 'update-modules');
  await recordFailed(slipway, run, steps, 'failed');
  await recordRehearsalOf(slipway, slipway.db, run, { status: 'failed', failure: kept, lastLines: lines });
  const red = step === 'update-modules' && failure.code === 'odoo-install-failed';
  await settle(slipway, run, {
    state: 'failed',
    failure: data,
    // What sleeps, wakes or closes says nothing of the commit.
    verdict: run.kind === 'open-preview' ? 'red' : null,
    tested: red ? { verdict: 'red', report: null } : judgement && { verdict: judgement.verdict, report: judgement },
  });
};

/** A deployment that did not come about is one, too: what was tried, and how far it came. Of copies, only what serves is of interest. */
const recordFailed = async (
  slipway: Slipway,
  run: Run,
  steps: Steps,
  status: 'failed' | 'cancelled',
): Promise<void> => {
  if (!DEPLOYS.has(run.kind) || !run.kind.endsWith('-production')) return;
  const before = await requireEnvironment(slipway.db, run.environment);
  await recordDeployment(slipway.db, { run, facts: run.facts as RunFacts, steps, before, status });
};

/** What failed because the disk is full must be told all the same; its evidence then ends where the room ended. */
const sealIfRoom = async (
  slipway: Slipway,
  run: Run,
  evidence: RunEvidence,
  summary: unknown,
  before: () => Promise<void> = async () => undefined,
): Promise<void> => {
  try {
    await before();
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
  await recordFailed(slipway, run, steps, 'cancelled');
  await recordRehearsalOf(slipway, slipway.db, run, { status: 'cancelled', failure: failure.toJSON() });
  const data = { ...failure.toJSON(), facts: { ...failure.facts }, step: null, lastLines: [] };
  await settle(slipway, run, {
    state: superseded ? 'superseded' : 'cancelled',
    failure: superseded ? null : data,
    verdict: null,
  });
};
