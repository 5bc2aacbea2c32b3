import { z } from 'zod';
import { defineStep, done, skipped } from './step.ts';

export const dropDatabase = defineStep({
  kind: 'drop-database',
  input: z.strictObject({
    database: z.string(),
    /** A step of this run: where it was not done, the database is not this run's, and stays. */
    after: z.string().optional(),
  }),
  limit: () => 300,
  run: async ({ database, after }, { ports, receipt }) => {
    if (after !== undefined && (await receipt(after)) === undefined)
      return skipped(`${database} stays: nothing was done to it`);
    return done(`database ${database} removed`, await ports.databases.drop(database));
  },
});
