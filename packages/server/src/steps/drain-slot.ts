import { z } from 'zod';
import type { Upstream } from '../domain/environment.ts';
import { defineStep, done, type StepContext, skipped } from './step.ts';

const POLL_MILLISECONDS = 200;
/** Between two lines about it: a busy slot changes its number all the time. */
const TELL_MILLISECONDS = 2_000;

const input = z.strictObject({ environment: z.string(), slot: z.enum(['blue', 'green']), seconds: z.int() });

/**
 * Nobody is sent to that slot any more: what it still answers is waited for, since Odoo takes the database away from it a second after it
 * was told to stop. Where nobody counts, the whole time is waited. It never fails for want of an answer: what serves by now must not be taken back.
 */
export const drainSlot = defineStep({
  kind: 'drain-slot',
  input,
  limit: ({ seconds }) => seconds + 60,
  run: async ({ environment, slot, seconds }, context) => {
    const state = await context.ports.workload.state({ environment, slot });
    if (state.kind !== 'running') return skipped(`${slot} does not run`);
    const began = context.now();
    const open = await untilNone(state.upstream, began + seconds * 1000, context);
    const milliseconds = context.now() - began;
    return done(said(open, { seconds, milliseconds }), { open, milliseconds });
  },
});

/** How many are left at last; null: nobody said. */
const untilNone = async (upstream: Upstream, until: number, context: StepContext): Promise<number | null> => {
  let [told, toldAt]: [number | null | undefined, number] = [undefined, Number.NEGATIVE_INFINITY];
  for (;;) {
    // Whatever is wrong with the question, its answer is "not known".
    const open = await context.ports.openRequests.count(upstream).catch(() => null);
    const left = until - context.now();
    if (open === 0 || left <= 0) return open;
    if (open !== told && context.now() - toldAt >= TELL_MILLISECONDS) {
      context.log('step', `${waitingFor(open)}, at most ${Math.ceil(left / 1000)} s`);
      [told, toldAt] = [open, context.now()];
    }
    await context.sleep(Math.min(POLL_MILLISECONDS, left));
    context.signal.throwIfAborted();
  }
};

const requests = (open: number): string => (open === 1 ? '1 request' : `${open} requests`);

const waitingFor = (open: number | null): string =>
  open === null
    ? 'waiting: the edge does not say how many requests are still being answered'
    : `waiting for ${requests(open)} still being answered`;

const said = (
  open: number | null,
  { seconds, milliseconds }: { readonly seconds: number; readonly milliseconds: number },
): string => {
  if (open === null) return `waited ${seconds} s: the edge did not say what was still being answered`;
  if (open > 0) return `${requests(open)} took longer than ${seconds} s and ${open === 1 ? 'is' : 'are'} cut`;
  return milliseconds < POLL_MILLISECONDS
    ? 'nothing was being answered any more'
    : `everything was answered, after ${(milliseconds / 1000).toFixed(1)} s`;
};
