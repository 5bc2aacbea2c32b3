import { z } from 'zod';
import { defineStep, done, skipped } from './step.ts';

/** Those of a copy whose database is gone: nothing names them any more, and links of them would keep what is deleted elsewhere. */
export const dropAttachments = defineStep({
  kind: 'drop-attachments',
  input: z.strictObject({
    owner: z.string(),
    database: z.string(),
    /** A step of this run: where it was not done, they are not this run's, and stay. */
    after: z.string(),
  }),
  limit: () => 1800,
  run: async ({ owner, database, after }, { ports, receipt }) => {
    if ((await receipt(after)) === undefined)
      return skipped(`attachments of ${database} stay: nothing was done to them`);
    // A database that could not be removed still names them.
    if (await ports.databases.exists(database)) return skipped(`attachments of ${database} stay with their database`);
    return done(`attachments of ${database} are gone`, await ports.filestores.retain({ owner, database }, new Set()));
  },
});
