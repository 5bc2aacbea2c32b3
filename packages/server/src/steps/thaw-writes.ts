import { z } from 'zod';
import { openToWrites } from '../odoo/close-to-writes.ts';
import { defineStep, done, skipped } from './step.ts';

/** The database may be written to again; also a copy of a closed one, which is closed like it. */
export const thawWrites = defineStep({
  kind: 'thaw-writes',
  input: z.strictObject({ database: z.string(), role: z.string() }),
  limit: () => 120,
  run: async ({ database, role }, { ports: { databases } }) => {
    if (!(await databases.exists(database))) return skipped(`${database} is not there`);
    await databases.query(database, [{ text: openToWrites(role), parameters: [] }]);
    return done(`${database} may be written to`);
  },
});
