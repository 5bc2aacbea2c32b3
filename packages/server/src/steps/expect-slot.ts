import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** Lets the target begin with what a slot will need, while the database is made. Nothing depends on it but the time that booting takes. */
export const expectSlot = defineStep({
  kind: 'expect-slot',
  input: z.strictObject({
    environment: z.string(),
    outside: z.union([z.literal('anything'), z.array(z.string())]).optional(),
  }),
  limit: () => 30,
  run: async ({ environment, outside }, { ports }) => {
    ports.workload.expect({ environment, ...(outside === undefined ? {} : { outside }) });
    return done('the target was told');
  },
});
