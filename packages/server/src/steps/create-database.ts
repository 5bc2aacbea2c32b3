import { z } from 'zod';
import { defineStep, done, skipped } from './step.ts';

/** An empty database of an environment's own, for Odoo to fill. */
export const createDatabase = defineStep({
  kind: 'create-database',
  input: z.strictObject({ database: z.string(), role: z.string(), owner: z.string() }),
  limit: () => 120,
  run: async ({ database, role, owner }, { ports: { databases } }) => {
    if (await databases.exists(database)) return skipped(`${database} was there`);
    return done(`${database} made`, await databases.create(database, role, owner));
  },
});
