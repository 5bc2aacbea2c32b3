import { describe, expect, it } from 'vitest';
import { type Ending, type Interpretation, interpret, type Journal, type JournalRow, type Step } from './interpret.ts';

const steps: Step[] = ['build', 'clone', 'boot', 'route'].map((name) => ({ name, kind: name, input: {} }));

/** A journal and a world that both survive a "crash", which is an exception at a chosen boundary. */
const world = (crashAt?: string) => {
  const rows = new Map<number, JournalRow>();
  const effects = new Set<string>();
  const calls: string[] = [];
  let crash = crashAt;
  const trip = (point: string): void => {
    if (crash === point) {
      crash = undefined;
      throw new Error(`crash ${point}`);
    }
  };
  let begins = 0;
  const begin = (index: number): void => {
    rows.set(index, { index, state: 'running', attempts: (rows.get(index)?.attempts ?? 0) + 1 });
  };
  const journal: Journal = {
    read: async () => [...rows.values()],
    begin: async (index, step) => {
      trip(`before ${step.name}`);
      begins++;
      begin(index);
    },
    done: async (index, outcome, _, next) => {
      trip(`after ${steps[index]?.name} before its row`);
      rows.set(index, { index, state: outcome.skipped ? 'skipped' : 'done', attempts: rows.get(index)?.attempts ?? 1 });
      if (next !== undefined) begin(next.index);
      trip(`after the row of ${steps[index]?.name}`);
    },
    failed: async (index) => {
      rows.set(index, { index, state: 'failed', attempts: rows.get(index)?.attempts ?? 1 });
    },
  };
  const run = (overrides: Partial<Interpretation> = {}): Promise<Ending> =>
    interpret({
      steps,
      offset: 0,
      journal,
      run: async (step) => {
        calls.push(step.name);
        effects.add(step.name);
        return { receipt: {}, note: '' };
      },
      retry: () => undefined,
      signal: new AbortController().signal,
      now: () => 0,
      sleep: async () => undefined,
      ...overrides,
    });
  return { rows, effects, calls, run, begins: () => begins };
};

describe('interpret', () => {
  const points = [
    'before build',
    ...steps.flatMap(({ name }) => [`after ${name} before its row`, `after the row of ${name}`]),
  ];

  it.each(points)('ends in the same state after a crash %s', async (point) => {
    const { effects, rows, run } = world(point);

    await run().catch(() => undefined);
    const ending = await run();

    expect(ending.kind).toBe('finished');
    expect([...effects]).toEqual(['build', 'clone', 'boot', 'route']);
    expect([...rows.values()].map((row) => row.state)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('writes the beginning of a step together with the end of the one before', async () => {
    const { begins, rows, run } = world();

    await run();

    expect(begins()).toBe(1);
    expect([...rows.values()].map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
  });

  it('does not repeat a step that has its row', async () => {
    const { calls, run } = world();

    await run();
    await run();

    expect(calls).toEqual(['build', 'clone', 'boot', 'route']);
  });

  it('tries again as long as the policy gives a time to wait', async () => {
    const { run, rows } = world();
    const waits: number[] = [];
    let left = 2;

    const ending = await run({
      run: async () => {
        if (left-- > 0) throw new Error('docker is away');
        return { receipt: {}, note: '' };
      },
      retry: (_, attempt) => attempt * 100,
      sleep: async (milliseconds) => void waits.push(milliseconds),
    });

    expect(ending.kind).toBe('finished');
    expect(waits).toEqual([100, 200]);
    expect(rows.get(0)?.attempts).toBe(3);
  });

  it('stops at the first failure and names the step', async () => {
    const { calls, run } = world();

    const ending = await run({
      run: async (step) => {
        calls.push(step.name);
        if (step.name === 'clone') throw new Error('no space');
        return { receipt: {}, note: '' };
      },
    });

    expect(ending).toMatchObject({ kind: 'failed', step: { name: 'clone' }, error: { message: 'no space' } });
    expect(calls).toEqual(['build', 'clone']);
  });

  it('writes nothing more once it was told to stop', async () => {
    const { rows, run } = world();
    const stop = new AbortController();

    const ending = await run({
      signal: stop.signal,
      run: async (step) => {
        if (step.name === 'clone') stop.abort('superseded');
        return { receipt: {}, note: '' };
      },
    });

    expect(ending).toEqual({ kind: 'aborted', reason: 'superseded' });
    expect(rows.has(2)).toBe(false);
  });
});
