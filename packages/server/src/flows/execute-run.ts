import { asFailure, Failure } from '@slipway/contracts/failure';
import { LostLease } from '../engine/interpret.ts';
import { openRunEvidence, type RunEvidence } from '../evidence/run-evidence.ts';
import { CLEAN_UP_OFFSET, type Plan, printPlan } from '../plan/plan.ts';
import { setEnvironment } from '../store/environments.ts';
import { journal } from '../store/journal.ts';
import { readRun, type Run, renewLease, savePlan } from '../store/runs.ts';
import { finishCancelled, finishFailed, finishSucceeded } from './finish-run.ts';
import { planRun } from './plan-run.ts';
import { retryPolicy } from './retry-policy.ts';
import { runSteps } from './run-steps.ts';
import type { Slipway } from './slipway.ts';

export const LEASE_SECONDS = 15;

/**
 * One claimed run from its plan to its end. Called again after a crash it goes on with the first step that has no row.
 * Returns without a trace when another process took the run over, or when this process is told to stop.
 */
export const executeRun = async (slipway: Slipway, run: Run, stopping: AbortSignal): Promise<void> => {
  const cancel = new AbortController();
  const signal = AbortSignal.any([stopping, cancel.signal]);
  const watch = watchLease(slipway, run, cancel);
  try {
    await carryOut(slipway, run, signal, stopping);
  } catch (error) {
    if (error instanceof LostLease || cancel.signal.reason instanceof LostLease || stopping.aborted) return;
    throw error;
  } finally {
    watch.stop();
  }
};

const carryOut = async (slipway: Slipway, run: Run, signal: AbortSignal, stopping: AbortSignal): Promise<void> => {
  const evidence = await openRunEvidence(slipway, run);
  const shown = { state: null as string | null };
  const common = {
    run,
    log: evidence.log,
    keep: evidence.keep,
    show: async (state: 'building' | 'testing' | string) => {
      if (shown.state === state) return;
      shown.state = state;
      await setEnvironment(slipway.db, run.environment, { state: state as 'building' });
    },
  };
  try {
    const plan = await planOf(slipway, run, evidence, signal);
    const failedBefore = (await journal(slipway.db, run.id, run.fence).read()).some(
      (row) => row.index >= CLEAN_UP_OFFSET || row.state === 'failed',
    );
    const ending = failedBefore
      ? ({ kind: 'resumed-clean-up' } as const)
      : await runSteps(slipway, { ...common, steps: plan.steps, offset: 0, signal });
    if (stopping.aborted || signal.reason instanceof LostLease) return;
    if (ending.kind === 'finished') return await finishSucceeded(slipway, run, plan, evidence);
    const latest = await readRun(slipway.db, run.id);
    await runSteps(slipway, { ...common, steps: plan.cleanUp, offset: CLEAN_UP_OFFSET, signal: stopping });
    if (stopping.aborted) return;
    if (latest.cancelRequested) return await finishCancelled(slipway, latest, evidence);
    const failure = ending.kind === 'failed' ? asFailure(ending.error, run.id) : await failureOfJournal(slipway, run);
    const step = ending.kind === 'failed' ? ending.step.name : null;
    if (failure.code === 'internal') slipway.logger.error({ err: failure.cause, run: run.id, step }, 'step failed unexpectedly');
    await finishFailed(slipway, latest, evidence, failure, step);
  } catch (error) {
    if (error instanceof LostLease || stopping.aborted || signal.reason instanceof LostLease) throw error;
    const latest = await readRun(slipway.db, run.id);
    if (latest.cancelRequested) return await finishCancelled(slipway, latest, evidence);
    const failure = asFailure(error, run.id);
    if (failure.code === 'internal') slipway.logger.error({ err: error, run: run.id }, 'run failed unexpectedly');
    await finishFailed(slipway, latest, evidence, failure, 'prepare');
  } finally {
    await evidence.flush();
  }
};
