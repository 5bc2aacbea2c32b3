import { asFailure, failureFrom } from '@slipway/contracts/failure';
import { type Ending, LostLease } from '../engine/interpret.ts';
import { CLEAN_UP_OFFSET, type Plan, printPlan } from '../plan/plan.ts';
import { setEnvironment } from '../store/environments.ts';
import { readSteps } from '../store/journal.ts';
import { type Run, readRun, releaseRun, renewLease, savePlan } from '../store/runs.ts';
import { finishCancelled, finishFailed, finishSucceeded } from './finish-run.ts';
import { planRun } from './plan-run.ts';
import { retryPolicy } from './retry-policy.ts';
import { openRunEvidence, type RunEvidence } from './run-evidence.ts';
import { runSteps, type StepsRequest } from './run-steps.ts';
import type { Slipway } from './slipway.ts';

export const LEASE_SECONDS = 15;

/** Thrown inside when someone asked for the run to end: clean up, then say so. */
class Cancelled extends Error {}

/**
 * One claimed run from its plan to its end. Called again after a crash it goes on with the first step that has no row.
 * Returns without a trace when another process took the run over, or when this process is told to stop.
 */
export const executeRun = async (slipway: Slipway, run: Run, stopping: AbortSignal): Promise<void> => {
  const cancel = new AbortController();
  const watch = watchLease(slipway, run, cancel);
  const evidence = await openRunEvidence(slipway, run);
  try {
    await carryOut(slipway, run, evidence, AbortSignal.any([stopping, cancel.signal]), stopping);
  } catch (error) {
    const gone = error instanceof LostLease || cancel.signal.reason instanceof LostLease || stopping.aborted;
    if (!gone) throw error;
    // At an orderly stop the next control plane need not wait for the lease to end.
    if (stopping.aborted) await releaseRun(slipway.db, run.id, slipway.owner, run.fence);
  } finally {
    watch.stop();
    await evidence.flush();
  }
};

const carryOut = async (
  slipway: Slipway,
  run: Run,
  evidence: RunEvidence,
  signal: AbortSignal,
  stopping: AbortSignal,
): Promise<void> => {
  let planned = run;
  let ending: Ending;
  try {
    planned = await withPlan(slipway, run, evidence, signal);
    ending = await forward(slipway, planned, evidence, signal);
  } catch (error) {
    if (error instanceof LostLease || signal.reason instanceof LostLease || stopping.aborted) throw error;
    ending = signal.aborted ? { kind: 'aborted', reason: error } : { kind: 'failed', step: PREPARE, error };
  }
  if (stopping.aborted || signal.reason instanceof LostLease) throw new LostLease();
  if (ending.kind === 'finished') return finishSucceeded(slipway, planned, evidence);
  await cleanUp(slipway, planned, evidence, stopping);
  const latest = { ...(await readRun(slipway.db, run.id)), fence: run.fence };
  if (latest.cancelRequested && ending.kind === 'aborted') return finishCancelled(slipway, latest, evidence);
  const failure = asFailure(ending.kind === 'failed' ? ending.error : ending.reason, run.id);
  if (failure.code === 'internal')
    slipway.logger.error({ err: failure.cause, run: run.id }, 'a run failed unexpectedly');
  await finishFailed(slipway, latest, evidence, failure, ending.kind === 'failed' ? ending.step.name : null);
};

const PREPARE = { name: 'prepare', kind: 'prepare', input: {} } as const;

/** The plan is made once and stored; a run that has one keeps it, whatever the world looks like now. */
const withPlan = async (slipway: Slipway, run: Run, evidence: RunEvidence, signal: AbortSignal): Promise<Run> => {
  if (run.plan !== null) return run;
  for (let attempt = 1; ; attempt++) {
    try {
      const { plan, facts } = await planRun(slipway, run);
      await savePlan(slipway.db, run.id, run.fence, plan, facts);
      await evidence.keep('build/plan.txt', `${printPlan(plan)}\n`);
      return { ...run, plan, facts };
    } catch (error) {
      const wait = signal.aborted ? undefined : retryPolicy(error, attempt);
      if (wait === undefined) throw error;
      evidence.log('step', asFailure(error).message);
      await slipway.clock.sleep(wait, signal);
    }
  }
};

const forward = async (slipway: Slipway, run: Run, evidence: RunEvidence, signal: AbortSignal): Promise<Ending> => {
  const rows = await readSteps(slipway.db, run.id);
  const failed = rows.find((row) => row.state === 'failed' && row.index < CLEAN_UP_OFFSET);
  // The process died between a failure and the end of its clean-up: the verdict stands.
  if (failed !== undefined)
    return {
      kind: 'failed',
      step: failed,
      error: failed.failure === null ? new Error('no reason kept') : failureFrom(failed.failure),
    };
  if (run.cancelRequested) return { kind: 'aborted', reason: new Cancelled() };
  return runSteps(slipway, stepsRequest(slipway, run, evidence, signal, 0, (run.plan as Plan).steps));
};

const cleanUp = async (slipway: Slipway, run: Run, evidence: RunEvidence, stopping: AbortSignal): Promise<void> => {
  if (run.plan === null) return;
  const steps = (run.plan as Plan).cleanUp;
  const ending = await runSteps(slipway, stepsRequest(slipway, run, evidence, stopping, CLEAN_UP_OFFSET, steps));
  if (stopping.aborted) throw new LostLease();
  // The reaper finds by label what a failed clean-up left.
  if (ending.kind === 'failed')
    slipway.logger.warn({ err: ending.error, run: run.id, step: ending.step.name }, 'a clean-up step failed');
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
  return {
    run,
    steps,
    offset,
    signal,
    log: evidence.log,
    keep: evidence.keep,
    show: async (state) => {
      if (shown === state) return;
      shown = state;
      await setEnvironment(slipway.db, run.environment, { state }, { run: run.id, fence: run.fence });
    },
  };
};

/** Renews the lease three times before it ends; learns from the same answer that the run was cancelled. */
const watchLease = (slipway: Slipway, run: Run, cancel: AbortController): { stop(): void } => {
  const renew = async (): Promise<void> => {
    try {
      if (!(await renewLease(slipway.db, run.id, slipway.owner, run.fence))) cancel.abort(new LostLease());
      else if ((await readRun(slipway.db, run.id)).cancelRequested) cancel.abort(new Cancelled());
    } catch (error) {
      // PostgreSQL is away: the steps will find out themselves, and the lease may still hold when it is back.
      slipway.logger.warn({ err: error, run: run.id }, 'the lease could not be renewed');
    }
  };
  const timer = setInterval(() => void renew(), 1000);
  return { stop: () => clearInterval(timer) };
};
