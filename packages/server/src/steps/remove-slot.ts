import { z } from 'zod';
import { defineStep, done } from './step.ts';

export const removeSlot = defineStep({
  kind: 'remove-slot',
  input: z.strictObject({ environment: z.string(), slot: z.enum(['blue', 'green']) }),
  limit: () => 120,
  run: async ({ environment, slot }, { ports }) =>
    done(`container ${slot} removed`, await ports.workload.remove({ environment, slot })),
});
