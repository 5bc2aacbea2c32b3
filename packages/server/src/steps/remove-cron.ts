import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** Seconds that a scheduled action gets to finish. */
const GRACE_SECONDS = 60;

/** No scheduled action runs from here on. */
export const removeCron = defineStep({
  kind: 'remove-cron',
  input: z.strictObject({ environment: z.string() }),
  limit: () => 180,
  run: async ({ environment }, { ports }) => {
    const name = { environment, slot: 'cron' } as const;
    await ports.workload.stop(name, GRACE_SECONDS);
    return done('scheduled actions stopped', await ports.workload.remove(name));
  },
});
