import { Failure } from '@slipway/contracts/failure';
import type { PreviewState } from '@slipway/contracts/views';
import type { LogSink } from '../domain/log.ts';
import { type Ending, interpret, type Step } from '../engine/interpret.ts';
import { CLEAN_UP_OFFSET, type PlannedStep } from '../plan/plan.ts';
import { bindStep } from '../steps/index.ts';
import { journal } from '../store/journal.ts';
import type { Run } from '../store/runs.ts';
import { retryPolicy } from './retry-policy.ts';
import type { Slipway } from './slipway.ts';

export interface StepsRequest {
  readonly run: Run;
  readonly steps: readonly PlannedStep[];
  readonly offset: number;
  readonly signal: AbortSignal;
  readonly log: LogSink;
  readonly keep: (path: string, content: string) => Promise<void>;
  /** Stores the lines logged so far. */
  readonly flush: () => Promise<void>;
  readonly show: (state: PreviewState) => Promise<void>;
}

/** In front of steps that put things right: their lines say nothing about why. */
export const CLEAN_UP_MARK = '↩';

/** Hands a list of planned steps to the engine, each with its time limit and with what it may touch. */
export const runSteps = (slipway: Slipway, request: StepsRequest): Promise<Ending> =>
  interpret({
    steps: request.steps,
    offset: request.offset,
    journal: journal(slipway.db, request.run.id, request.run.fence),
    retry: retryPolicy,
    signal: request.signal,
    now: () => slipway.clock.now().getTime(),
    sleep: (milliseconds, signal) => slipway.clock.sleep(milliseconds, signal),
    run: async (step, signal) => {
      const planned = request.steps.find((candidate) => candidate.name === step.name);
      if (planned?.shows) await request.show(planned.shows);
      request.log('step', `${request.offset === CLEAN_UP_OFFSET ? CLEAN_UP_MARK : '▸'} ${step.name}`);
      // Before the journal tells how the step ended: a process that dies after that must not take the reasons with it.
      return limited(slipway, step, request, signal).finally(request.flush);
    },
  });

const limited = async (slipway: Slipway, step: Step, request: StepsRequest, signal: AbortSignal) => {
  const bound = bindStep(step);
  const timer = new AbortController();
  const timeout = setTimeout(
    () => timer.abort(new Failure('step-timeout', { step: step.name, seconds: bound.limit })),
    bound.limit * 1000,
  );
  const either = AbortSignal.any([signal, timer.signal]);
  try {
    return await bound.run({
      ports: slipway.ports,
      signal: either,
      log: request.log,
      keep: request.keep,
      now: () => slipway.clock.now().getTime(),
      sleep: (milliseconds) => slipway.clock.sleep(milliseconds, either),
    });
  } catch (error) {
    throw timer.signal.aborted ? timer.signal.reason : error;
  } finally {
    clearTimeout(timeout);
  }
};
