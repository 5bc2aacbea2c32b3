import { asFailure, Failure } from '@slipway/contracts/failure';
import type { PreviewState } from '@slipway/contracts/views';
import type { LogSink } from '../domain/log.ts';
import { type Ending, interpret, type Journal, type RetryPolicy, type Step } from '../engine/interpret.ts';
import { CLEAN_UP_OFFSET, type PlannedStep } from '../plan/plan.ts';
import { bindStep } from '../steps/index.ts';
import { journal, readSteps } from '../store/journal.ts';
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
  /** Says why nothing seems to happen; null when it goes on. */
  readonly waitFor: (reason: string | null) => Promise<void>;
  readonly retry: RetryPolicy;
}

/** In front of steps that put things right: their lines say nothing about why. */
export const CLEAN_UP_MARK = '↩';

const isCleanUp = ({ offset }: StepsRequest): boolean => offset >= CLEAN_UP_OFFSET;

/** What such a step says on its way, too. */
const logOf = (request: StepsRequest): StepsRequest['log'] =>
  isCleanUp(request) ? (stream, line) => request.log(stream, `${CLEAN_UP_MARK} ${line}`) : request.log;

/** Hands a list of planned steps to the engine, each with its time limit and with what it may touch. */
export const runSteps = (slipway: Slipway, request: StepsRequest): Promise<Ending> =>
  interpret({
    steps: request.steps,
    offset: request.offset,
    journal: patientJournal(slipway, request),
    retry: telling(request),
    signal: request.signal,
    now: () => slipway.clock.now().getTime(),
    sleep: (milliseconds, signal) => slipway.clock.sleep(milliseconds, signal),
    run: async (step, signal) => {
      const planned = request.steps.find((candidate) => candidate.name === step.name);
      if (planned?.shows) await request.show(planned.shows);
      request.log('step', `${isCleanUp(request) ? CLEAN_UP_MARK : '▸'} ${step.name}`);
      const outcome = await limited(slipway, step, request, signal)
        // Before the journal tells how the step ended: a process that dies after that must not take the reasons with it.
        .finally(request.flush);
      await request.waitFor(null);
      return outcome;
    },
  });

/** A step that waits for Docker or PostgreSQL says so, in its log and to whoever looks at the preview. */
const telling =
  (request: StepsRequest): RetryPolicy =>
  (error, attempt) => {
    const wait = request.retry(error, attempt);
    if (wait === undefined) return undefined;
    const { message } = asFailure(error, request.run.id);
    request.log('step', `${isCleanUp(request) ? `${CLEAN_UP_MARK} ` : ''}${message} Tried again in ${wait / 1000} s.`);
    // Told as well as can be: what is away may be the database itself.
    void request.waitFor(message).catch(() => undefined);
    return wait;
  };

/** To the journal a full disk is a PostgreSQL that is away: there is room again, or nothing can be told at all. */
const withRoom = (error: unknown): unknown =>
  asFailure(error).code === 'disk-full'
    ? new Failure('database-unreachable', { reason: 'its disk is full' }, error)
    : error;

/** While PostgreSQL is away nothing can be written down; a step that ended well is not taken again because of that. */
const patientJournal = (slipway: Slipway, request: StepsRequest): Journal => {
  const inner = journal(slipway.db, request.run.id, request.run.fence);
  const through = <T>(work: () => Promise<T>): Promise<T> => patiently(slipway, request.signal, work);
  return {
    read: () => through(() => inner.read()),
    begin: (index, step) => through(() => inner.begin(index, step)),
    done: (index, outcome, milliseconds, next) => through(() => inner.done(index, outcome, milliseconds, next)),
    failed: (index, error, milliseconds) => through(() => inner.failed(index, error, milliseconds)),
  };
};

const patiently = async <T>(slipway: Slipway, signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const wait = signal.aborted ? undefined : retryPolicy(withRoom(error), attempt);
      if (wait === undefined) throw error;
      await slipway.clock.sleep(wait, signal);
    }
  }
};

const receiptOf = async (slipway: Slipway, { run }: StepsRequest, name: string): Promise<unknown> =>
  (await readSteps(slipway.db, run.id)).findLast((step) => step.name === name && step.state === 'done')?.receipt;

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
      log: logOf(request),
      keep: request.keep,
      receipt: (name) => receiptOf(slipway, request, name),
      now: () => slipway.clock.now().getTime(),
      sleep: (milliseconds) => slipway.clock.sleep(milliseconds, either),
    });
  } catch (error) {
    throw timer.signal.aborted ? timer.signal.reason : error;
  } finally {
    clearTimeout(timeout);
  }
};
