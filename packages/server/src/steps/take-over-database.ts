import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { defineStep, done, skipped } from './step.ts';

/** The updated copy takes the name that users know; the former database is kept as `previous` until the new one is proved. */
export const takeOverDatabase = defineStep({
  kind: 'take-over-database',
  input: z.strictObject({ database: z.string(), next: z.string(), previous: z.string() }),
  limit: () => 120,
  run: async ({ database, next, previous }, { ports: { databases } }) => {
    if (!(await databases.exists(next))) {
      if (await databases.exists(database)) return skipped('done before');
      throw new Failure('database-refused', { reason: `neither ${next} nor ${database} exists` });
    }
    if (await databases.exists(database)) {
      await databases.drop(previous);
      await databases.rename(database, previous);
    }
    await databases.rename(next, database);
    return done(`${next} is now ${database}`);
  },
});
