import { Failure } from '@slipway/contracts/failure';
import { expect, test } from 'vitest';
import { drainSlot } from './drain-slot.ts';
import type { StepContext } from './step.ts';

/** A slot, and what the edges say about it, asked anew each time; the last answer stays. */
const drain = async (
  answers: readonly (number | null | Failure)[],
  { seconds = 30, kind = 'running', stop = new AbortController() } = {},
) => {
  const said: string[] = [];
  const left = [...answers];
  let time = 0;
  const context = {
    ports: {
      workload: { state: async () => ({ kind, upstream: { host: '172.18.0.2', port: 8069, websocketPort: 8072 } }) },
      openRequests: {
        count: async () => {
          const answer = left.length > 1 ? left.shift() : left[0];
          if (answer instanceof Failure) throw answer;
          return answer;
        },
      },
    },
    signal: stop.signal,
    log: (_: string, line: string) => said.push(line),
    now: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
      if (time > 5_000) stop.signal.throwIfAborted();
    },
  } as unknown as StepContext;
  const outcome = await drainSlot.run({ environment: 'shop/production', slot: 'blue', seconds }, context);
  return { ...outcome, said, waited: time };
};

test('A slot that answers nobody is not waited for', async () => {
  expect(await drain([0])).toMatchObject({ note: 'nothing was being answered any more', said: [], waited: 0 });
});

test('What is being answered is waited for, no longer than it takes, and it is told', async () => {
  const { note, said, waited, receipt } = await drain([...Array(20).fill(2), 1, 0]);

  expect(said).toEqual([
    'waiting for 2 requests still being answered, at most 30 s',
    'waiting for 1 request still being answered, at most 26 s',
  ]);
  expect(waited).toBe(4_200);
  expect(note).toBe('everything was answered, after 4.2 s');
  expect(receipt).toEqual({ open: 0, milliseconds: 4_200 });
});

test('A busy slot is not told of at every change', async () => {
  const { said } = await drain([...Array.from({ length: 100 }, (_, turn) => 1 + (turn % 2)), 0]);

  expect(said.length).toBeGreaterThan(5);
  expect(said.length).toBeLessThanOrEqual(11);
});

test('What takes longer than it may is cut, and that is said', async () => {
  expect(await drain([3], { seconds: 5 })).toMatchObject({
    note: '3 requests took longer than 5 s and are cut',
    receipt: { open: 3 },
    waited: 5_000,
  });
  expect(await drain([1], { seconds: 5 })).toMatchObject({ note: '1 request took longer than 5 s and is cut' });
});

test('Where nobody counts, the whole time is waited', async () => {
  expect(await drain([null], { seconds: 5 })).toMatchObject({
    note: 'waited 5 s: the edge did not say what was still being answered',
    said: ['waiting: the edge does not say how many requests are still being answered, at most 5 s'],
    waited: 5_000,
  });
});

test('A question that goes wrong takes back nothing: the next one may be answered', async () => {
  const refused = new Failure('database-refused', { reason: 'permission denied' });
  expect(await drain([refused, null, 0])).toMatchObject({ receipt: { open: 0 }, waited: 400 });
});

test('A slot that does not run has nothing to finish', async () => {
  expect(await drain([5], { kind: 'stopped' })).toMatchObject({ skipped: true, waited: 0 });
});

test('A run that is told to stop does not wait', async () => {
  const stop = new AbortController();
  stop.abort(new Error('cancelled'));
  await expect(drain([5], { stop })).rejects.toThrow('cancelled');
});
