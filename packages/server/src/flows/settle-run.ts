import type { FailureData } from '@slipway/contracts/failure';
import type { Verdict } from '@slipway/contracts/views';
import { deploymentNotice } from '../domain/notice-words.ts';
import type { LogJudgement } from '../odoo/log-verdict.ts';
import { finishBuild, setTestVerdict } from '../store/builds.ts';
import { type Environment, type EnvironmentPatch, requireEnvironment, setEnvironment } from '../store/environments.ts';
import { queueNotice } from '../store/notices.ts';
import { inTransaction } from '../store/queryable.ts';
import { runKind } from '../store/run-kinds.ts';
import { finishRun, type Run } from '../store/runs.ts';
import type { RunFacts } from './run-facts.ts';
import { settleCron } from './settle-cron.ts';
import { settlePromotion } from './settle-promotion.ts';
import type { Slipway } from './slipway.ts';

export interface Settlement {
  readonly state: 'failed' | 'cancelled' | 'superseded';
  readonly failure: (FailureData & Environment['failure']) | null;
  readonly verdict: Verdict | null;
  /** What Odoo said of the commit, where it came to that. */
  readonly tested?: { readonly verdict: Verdict; readonly report: LogJudgement | null } | undefined;
}

/** An end that is not a success: what serves goes on serving, and everybody is told. */
export const settle = async (slipway: Slipway, run: Run, end: Settlement): Promise<void> => {
  const facts = run.facts as RunFacts;
  const patch = runKind(run.kind).upkeep ? { reason: null } : await settledPatch(slipway, run, end);
  await inTransaction(slipway.db, async (db) => {
    await finishRun(db, { run: run.id, fence: run.fence, state: end.state, failure: end.failure });
    await setEnvironment(db, run.environment, patch);
    if (run.kind === 'deploy-production')
      await settlePromotion(db, run, 'failed', end.failure?.message ?? `its deployment was ${end.state}`);
    await settleCron(db, run);
    if (end.state === 'failed') await queueNotice(db, deploymentNotice(run, failedEnd(end)));
    if (facts.build === undefined) return;
    await finishBuild(db, facts.build, { state: 'failed' });
    if (end.tested !== undefined) await setTestVerdict(db, facts.build, end.tested.verdict, end.tested.report);
  });
};

/** What it means for the environment that was to be changed; where nothing serves, its page says so at once. */
const settledPatch = async (slipway: Slipway, run: Run, end: Settlement): Promise<EnvironmentPatch> => {
  const environment = await requireEnvironment(slipway.db, run.environment);
  const facts = run.facts as RunFacts;
  // A rebuild from nothing that was never planned has taken nothing away; of a close that failed nobody knows what is left.
  const gone = run.kind === 'close-preview' || ((facts.fresh ?? false) && run.plan !== null);
  const serving = environment.liveSlot !== null && !gone;
  // A production that Slipway does not run: filling it failed, which says nothing of whether it serves.
  const attached =
    environment.stage === 'production' && environment.liveSlot === null && run.kind !== 'open-production';
  const awake = facts.preview?.existing?.awake ?? !environment.asleep;
  if (!attached && !serving && end.failure !== null && run.kind !== 'rehearse')
    await showFailed(slipway, run, environment.host, end.failure);
  return {
    failure: end.failure,
    reason: null,
    ...(end.verdict === null ? {} : { verdict: end.verdict }),
    ...(attached ? {} : serving ? stillServing(run, environment, awake) : nothingServes(end)),
  };
};

/** By step and code only: what went wrong in detail may quote what nobody outside is to read. */
const failedEnd = ({ failure }: Settlement) =>
  failure === null
    ? ({ state: 'failed' } as const)
    : ({ state: 'failed', step: failure.step, code: failure.code } as const);

/** Sleeping and waking say nothing of the commit that waits for approval. */
const stillServing = (run: Run, { state }: Environment, awake: boolean): EnvironmentPatch => {
  const blocked = state === 'blocked' && run.kind !== 'open-preview';
  return { state: blocked ? 'blocked' : awake ? 'live' : 'sleeping', asleep: !awake };
};

const nothingServes = (end: Settlement): EnvironmentPatch => ({
  state: end.state === 'superseded' ? 'queued' : 'failed',
  asleep: false,
  liveSlot: null,
  liveSha: null,
  image: null,
  installed: {},
});

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
