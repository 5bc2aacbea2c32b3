import { z } from 'zod';
import { defineStep, done, skipped } from './step.ts';

/** A database of its own: handed out from the warm pool when a copy is ready, else cloned. Whole or absent, never half. */
export const cloneDatabase = defineStep({
  kind: 'clone-database',
  input: z.strictObject({ from: z.string(), to: z.string(), role: z.string(), owner: z.string(), pooled: z.boolean() }),
  limit: () => 1800,
  run: async ({ pooled, ...copy }, { ports }) => {
    if (await ports.databases.exists(copy.to)) return skipped(`${copy.to} was there`);
    if (pooled && (await ports.pool.take({ template: copy.from, to: copy.to, role: copy.role, owner: copy.owner })))
      return done(`${copy.to} taken from the warm pool of ${copy.from}`, { pooled: true });
    return done(`${copy.to} cloned from ${copy.from}`, await ports.databases.clone(copy));
  },
});
