import { z } from 'zod';
import { defineStep, done, skipped } from './step.ts';

/** Undoes `take-over-database`: the former database serves again, the updated copy is removed. */
export const putBackDatabase = defineStep({
  kind: 'put-back-database',
  input: z.strictObject({ database: z.string(), next: z.string(), previous: z.string() }),
  limit: () => 300,
  run: async ({ database, next, previous }, { ports: { databases } }) => {
    const kept = await databases.exists(previous);
    if (kept) {
      await databases.drop(database);
      await databases.rename(previous, database);
    }
    await databases.drop(next);
    return kept ? done(`${previous} is ${database} again`) : skipped('the former database was never touched');
  },
});
