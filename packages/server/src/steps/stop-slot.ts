import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** Seconds that requests in flight get to finish. */
const GRACE_SECONDS = 15;

export const stopSlot = defineStep({
  kind: 'stop-slot',
  input: z.strictObject({ environment: z.string(), slot: z.enum(['blue', 'green']) }),
  limit: () => 120,
  run: async ({ environment, slot }, { ports }) =>
    done(`container ${slot} stopped`, await ports.workload.stop({ environment, slot }, GRACE_SECONDS)),
});
