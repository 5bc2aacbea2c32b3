import { asFailure, failureFrom } from '@slipway/contracts/failure';
import { deploymentNotice } from '../domain/notice-words.ts';
import { type Ending, LostLease } from '../engine/interpret.ts';
import { CLEAN_UP_OFFSET, type Plan, pointOfNoReturn, printPlan } from '../plan/plan.ts';
import { setEnvironment } from '../store/environments.ts';
import { readSteps } from '../store/journal.ts';
import { queueNotice } from '../store/notices.ts';
import { inTransaction } from '../store/queryable.ts';
import { type Run, readRun, releaseRun, renewLease, savePlan } from '../store/runs.ts';
import { finishCancelled, finishFailed, finishSucceeded } from './finish-run.ts';
import { promotionEvidence } from './keep-promotion.ts';
import { watchEvidence } from './keep-watch.ts';
import { planRun } from './plan-run.ts';
import { retryBriefly, retryPolicy, retryUntilDone } from './retry-policy.ts';
import { openRunEvidence, type RunEvidence } from './run-evidence.ts';
import type { RunFacts } from './run-facts.ts';
import { runSteps, type StepsRequest } from './run-steps.ts';
import type { Slipway } from './slipway.ts';
import { noLongerStuck, tellStuck } from './tell-stuck.ts';

export const LEASE_SECONDS = 15;

/** Thrown inside when someone asked for the run to end: clean up, then say so. */
class Cancelled extends Error {}

/**
 * One claimed run from its plan to its end. Called again after a crash it goes on with the first step that has no row.
 * Returns without a trace when another process took the run over, or when this process is told to stop.
 */
export const executeRun = async (slipway: Slipway, run: Run, stopping: AbortSignal): Promise<void> => {
  const cancel = new AbortController();
  const lost = new AbortController();
  const watch = watchLease(slipway, run, { cancel, lost });
  const firm = AbortSignal.any([stopping, lost.signal]);
  let evidence: RunEvidence | undefined;
  try {
    evidence = await openRunEvidence(slipway, run);
    await carryOut(slipway, run, evidence, { soft: AbortSignal.any([firm, cancel.signal]), firm });
    await noLongerStuck(slipway, run);
  } catch (error) {
    const gone = error instanceof LostLease || firm.aborted;
    if (!gone) {
      await tellStuck(slipway, run, error);
      throw error;
    }
    // At an orderly stop the next control plane need not wait for the lease to end.
    if (stopping.aborted) await releaseRun(slipway.db, run.id, slipway.owner, run.fence);
  } finally {
    // Whatever happened: a lease that is renewed for ever keeps everybody else from the run.
    watch.stop();
    await evidence?.flush();
  }
};

interface Signals {
  /** Also ends when someone asks the run to stop. */
  readonly soft: AbortSignal;
  /** This process is to stop, or the run is another's. */
  readonly firm: AbortSignal;
}

const carryOut = async (slipway: Slipway, run: Run, evidence: RunEvidence, signals: Signals): Promise<void> => {
  const { soft, firm } = signals;
  let planned = run;
  let ending: Ending;
  try {
    planned = await withPlan(slipway, run, evidence, soft);
    ending = await forward(slipway, planned, evidence, signals);
  } catch (error) {
    if (firm.aborted || breaksOff(error)) throw error;
    ending = soft.aborted ? { kind: 'aborted', reason: error } : { kind: 'failed', step: PREPARE, error };
  }
  if (firm.aborted) throw new LostLease();
  if (ending.kind === 'finished')
    return finishSucceeded(slipway, planned, evidence).catch((error: unknown) => waitForRoom(slipway, planned, error));
  await cleanUp(slipway, planned, evidence, firm);
  const latest = { ...(await readRun(slipway.db, run.id)), fence: run.fence };
  if (latest.cancelRequested && ending.kind === 'aborted') return finishCancelled(slipway, latest, evidence);
  const failure = asFailure(ending.kind === 'failed' ? ending.error : ending.reason, run.id);
  if (failure.code === 'internal')
    slipway.logger.error({ err: failure.cause, run: run.id }, 'a run failed unexpectedly');
  await finishFailed(slipway, latest, evidence, failure, ending.kind === 'failed' ? ending.step.name : null);
};

/** A success without its evidence is none: it is tried again as soon as the lease has ended, and people see why it is not over. */
const waitForRoom = async (slipway: Slipway, run: Run, error: unknown): Promise<never> => {
  const failure = asFailure(error);
  if (failure.code === 'disk-full') await waitFor(slipway, run, failure.message).catch(() => undefined);
  throw error;
};

/** Without the journal nothing can be told or put right: the run breaks off, and goes on when PostgreSQL is back. */
const breaksOff = (error: unknown): boolean =>
  error instanceof LostLease || asFailure(error).code === 'database-unreachable';

const PREPARE = { name: 'prepare', kind: 'prepare', input: {} } as const;

/** The plan is made once and stored; a run that has one keeps it, whatever the world looks like now. */
const withPlan = async (slipway: Slipway, run: Run, evidence: RunEvidence, signal: AbortSignal): Promise<Run> => {
  if (run.plan !== null) return keepPlan(slipway, run, evidence);
  for (let attempt = 1; ; attempt++) {
    try {
      const { plan, facts } = await planRun(slipway, run);
      await inTransaction(slipway.db, async (db) => {
        await savePlan(db, run.id, run.fence, plan, facts);
        await queueNotice(db, deploymentNotice(run, { state: 'started' }));
      });
      if (facts.production !== undefined) evidence.log('step', facts.production.why);
      return await keepPlan(slipway, { ...(await readRun(slipway.db, run.id)), fence: run.fence }, evidence);
    } catch (error) {
      const wait = signal.aborted ? undefined : retryPolicy(error, attempt);
      if (wait === undefined) throw error;
      evidence.log('step', asFailure(error).message);
      await waitFor(slipway, run, asFailure(error).message).catch(() => undefined);
      await slipway.clock.sleep(wait, signal);
    }
  }
};

/** Printed as it was stored, and again by whoever takes over: the same text is kept once. */
const keepPlan = async (slipway: Slipway, run: Run, evidence: RunEvidence): Promise<Run> => {
  await evidence.keep('build/plan.txt', `${printPlan(run.plan as Plan)}\n`);
  const promotion = run.kind === 'deploy-production' ? await promotionEvidence(slipway.db, run) : null;
  if (promotion !== null) await evidence.keep('promotion/promotion.json', promotion);
  const watch = run.kind === 'rollback-production' ? await watchEvidence(slipway.db, run) : null;
  if (watch !== null) await evidence.keep('watch/judgement.json', watch);
  return run;
};

const forward = async (slipway: Slipway, run: Run, evidence: RunEvidence, { soft, firm }: Signals): Promise<Ending> => {
  const plan = run.plan as Plan;
  const final = pointOfNoReturn(plan);
  const rows = await readSteps(slipway.db, run.id);
  const failed = rows.find((row) => row.state === 'failed' && row.index < (final === 0 ? CLEAN_UP_OFFSET : final));
  // The process died between a failure and the end of its clean-up: the verdict stands.
  if (failed !== undefined)
    return {
      kind: 'failed',
      step: failed,
      error: failed.failure === null ? new Error('no reason kept') : failureFrom(failed.failure),
    };
  const passed = rows.some((row) => row.index === final - 1 && row.state === 'done');
  if (final > 0 && !passed) {
    if (run.cancelRequested) return { kind: 'aborted', reason: new Cancelled() };
    const ending = await runSteps(slipway, stepsRequest(slipway, run, evidence, soft, 0, plan.steps.slice(0, final)));
    if (ending.kind !== 'finished') return ending;
  }
  return final === 0
    ? runSteps(slipway, stepsRequest(slipway, run, evidence, firm, 0, plan.steps))
    : finishOff(slipway, run, evidence, firm, final);
};

/** The new version serves: of what is left to do, a step that fails keeps none of the others from being done. */
const finishOff = async (
  slipway: Slipway,
  run: Run,
  evidence: RunEvidence,
  signal: AbortSignal,
  final: number,
): Promise<Ending> => {
  const { steps } = run.plan as Plan;
  for (let from = final; ; ) {
    const ending = await runSteps(slipway, stepsRequest(slipway, run, evidence, signal, from, steps.slice(from)));
    if (ending.kind !== 'failed') return ending;
    // What is left of the old one is found by the next update, or by closing.
    slipway.logger.warn({ err: ending.error, run: run.id, step: ending.step.name }, 'a step after the switch failed');
    from = steps.findLastIndex(({ name }) => name === ending.step.name) + 1;
  }
};

/**
 * Puts back what served before, however long Docker or PostgreSQL stay away: nobody else would. Where nothing served, the reaper finds
 * by label what is left, so one step that fails keeps neither the others nor the message waiting.
 */
const cleanUp = async (slipway: Slipway, run: Run, evidence: RunEvidence, stopping: AbortSignal): Promise<void> => {
  if (run.plan === null) return;
  const steps = (run.plan as Plan).cleanUp;
  const alone = (run.facts as RunFacts).preview?.existing === null;
  const retry = alone ? retryBriefly : retryUntilDone;
  for (let from = 0; from < steps.length; ) {
    const request = stepsRequest(slipway, run, evidence, stopping, CLEAN_UP_OFFSET + from, steps.slice(from));
    const ending = await runSteps(slipway, { ...request, retry });
    if (stopping.aborted) throw new LostLease();
    if (ending.kind !== 'failed') return;
    slipway.logger.warn({ err: ending.error, run: run.id, step: ending.step.name }, 'a clean-up step failed');
    if (!alone) return;
    from = steps.findIndex((step) => step.name === ending.step.name) + 1;
  }
};

const stepsRequest = (
  slipway: Slipway,
  run: Run,
  evidence: RunEvidence,
  signal: AbortSignal,
  offset: number,
  steps: Plan['steps'],
): StepsRequest => {
  let shown: string | null = null;
  let waiting: string | null = null;
  return {
    run,
    steps,
    offset,
    signal,
    log: evidence.log,
    keep: evidence.keep,
    flush: evidence.flush,
    show: async (state) => {
      if (shown === state) return;
      shown = state;
      await setEnvironment(slipway.db, run.environment, { state }, { run: run.id, fence: run.fence });
    },
    retry: retryPolicy,
    waitFor: async (reason) => {
      if (waiting === reason) return;
      await waitFor(slipway, run, reason);
      waiting = reason;
    },
  };
};

const waitFor = (slipway: Slipway, run: Run, reason: string | null): Promise<void> =>
  setEnvironment(slipway.db, run.environment, { reason }, { run: run.id, fence: run.fence });

/** Two: one connection that is dead and does not say so loses no lease. */
const RENEWALS_AT_ONCE = 2;

/** Renews the lease three times before it ends; learns from the same answer that the run was cancelled. */
const watchLease = (
  slipway: Slipway,
  run: Run,
  { cancel, lost }: Record<'cancel' | 'lost', AbortController>,
): { stop(): void } => {
  let renewing = 0;
  const renew = async (): Promise<void> => {
    // A row that is locked would soon have every connection wait for it.
    if (renewing >= RENEWALS_AT_ONCE) return;
    renewing++;
    try {
      if (!(await renewLease(slipway.db, run.id, slipway.owner, run.fence))) lost.abort(new LostLease());
      else if ((await readRun(slipway.db, run.id)).cancelRequested) cancel.abort(new Cancelled());
    } catch (error) {
      // PostgreSQL is away: the steps will find out themselves, and the lease may still hold when it is back.
      slipway.logger.warn({ err: error, run: run.id }, 'the lease could not be renewed');
    } finally {
      renewing--;
    }
  };
  const timer = setInterval(() => void renew(), 1000);
  return { stop: () => clearInterval(timer) };
};
