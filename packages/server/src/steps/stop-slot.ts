import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** Seconds that requests in flight get to finish, where nobody says another figure. */
const GRACE_SECONDS = 15;

export const stopSlot = defineStep({
  kind: 'stop-slot',
  input: z.strictObject({
    environment: z.string(),
    slot: z.enum(['blue', 'green']),
    graceSeconds: z.int().optional(),
  }),
  limit: ({ graceSeconds = GRACE_SECONDS }) => graceSeconds + 120,
  run: async ({ environment, slot, graceSeconds = GRACE_SECONDS }, { ports }) =>
    done(`container ${slot} stopped`, await ports.workload.stop({ environment, slot }, graceSeconds)),
});
