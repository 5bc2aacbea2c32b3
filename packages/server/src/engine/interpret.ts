/**
 * Carries out a list of steps, one after the other, with a journal. Knows nothing of what the steps do.
 * Resuming after a crash = the first step whose row is not `done`; so every step may run twice and must not mind.
 */
export interface Step {
  readonly name: string;
  readonly kind: string;
  readonly input: unknown;
}

export interface Outcome {
  readonly receipt: unknown;
  /** One line for people. */
  readonly note: string;
  /** True when there was nothing to do. */
  readonly skipped?: boolean;
}

export interface JournalRow {
  readonly index: number;
  readonly state: 'running' | 'done' | 'skipped' | 'failed';
  readonly attempts: number;
}

/** A step with its place in the journal. */
export interface Entry {
  readonly index: number;
  readonly step: Step;
}

export interface Journal {
  read(): Promise<readonly JournalRow[]>;
  begin(index: number, step: Step): Promise<void>;
  /** `next` begins in the same write: what follows at once need not wait for a second one. */
  done(index: number, outcome: Outcome, milliseconds: number, next?: Entry): Promise<void>;
  failed(index: number, error: unknown, milliseconds: number): Promise<void>;
}

/** Whether to run a step again, and after how long. `undefined` = give up. */
export type RetryPolicy = (error: unknown, attempt: number) => number | undefined;

export interface Interpretation {
  readonly steps: readonly Step[];
  /** Journal index of the first step; a clean-up list gets one of its own. */
  readonly offset: number;
  readonly journal: Journal;
  readonly run: (step: Step, signal: AbortSignal) => Promise<Outcome>;
  readonly retry: RetryPolicy;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export type Ending =
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly step: Step; readonly error: unknown }
  | { readonly kind: 'aborted'; readonly reason: unknown };

/** Thrown by a journal whose run was taken over by another process: stop at once and write nothing more. */
export class LostLease extends Error {
  constructor() {
    super('This run was taken over by another process.');
    this.name = 'LostLease';
  }
}

export const interpret = async (it: Interpretation): Promise<Ending> => {
  const past = new Map((await it.journal.read()).map((row) => [row.index, row]));
  const left = it.steps
    .map((step, at) => ({ index: it.offset + at, step }))
    .filter(({ index }) => !['done', 'skipped'].includes(past.get(index)?.state ?? ''));
  let begun = false;
  for (const [at, entry] of left.entries()) {
    const next = left[at + 1];
    const ended = await attempt(it, entry, { before: past.get(entry.index)?.attempts ?? 0, begun, next });
    if (it.signal.aborted) return { kind: 'aborted', reason: it.signal.reason };
    if ('cause' in ended) return { kind: 'failed', step: entry.step, error: ended.cause };
    begun = ended.nextBegun;
  }
  return { kind: 'finished' };
};

interface Attempted {
  /** Tries before this process. */
  readonly before: number;
  /** Its row says already that it begins. */
  readonly begun: boolean;
  readonly next: Entry | undefined;
}

const attempt = async (
  it: Interpretation,
  { index, step }: Entry,
  { before, begun, next }: Attempted,
): Promise<{ readonly cause: unknown } | { readonly nextBegun: boolean }> => {
  for (let count = before + 1; ; count++) {
    if (it.signal.aborted) return { cause: it.signal.reason };
    if (!begun || count > before + 1) await it.journal.begin(index, step);
    const started = it.now();
    try {
      const outcome = await it.run(step, it.signal);
      // Whoever was told to stop begins nothing.
      const following = it.signal.aborted ? undefined : next;
      await it.journal.done(index, outcome, it.now() - started, following);
      return { nextBegun: following !== undefined };
    } catch (error) {
      if (error instanceof LostLease) throw error;
      if (it.signal.aborted) return { cause: error };
      const wait = it.retry(error, count);
      if (wait === undefined) {
        await it.journal.failed(index, error, it.now() - started);
        return { cause: error };
      }
      await it.sleep(wait, it.signal);
    }
  }
};
