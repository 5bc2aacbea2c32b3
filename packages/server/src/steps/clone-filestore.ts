import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** Attachments of the template for the new environment; a cheap copy. */
export const cloneFilestore = defineStep({
  kind: 'clone-filestore',
  input: z.strictObject({ from: z.string(), to: z.string(), fromDatabase: z.string(), toDatabase: z.string() }),
  limit: () => 1800,
  run: async ({ from, to, fromDatabase, toDatabase }, { ports }) =>
    done(
      `filestore of ${from}`,
      await ports.filestores.clone({ owner: from, database: fromDatabase }, { owner: to, database: toDatabase }),
    ),
});
