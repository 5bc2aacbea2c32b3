import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** Attachments of a copy beside those that are there; files are named by their content, so nothing is written over. */
export const addFilestore = defineStep({
  kind: 'add-filestore',
  input: z.strictObject({ from: z.string(), to: z.string(), fromDatabase: z.string(), toDatabase: z.string() }),
  limit: () => 1800,
  run: async ({ from, to, fromDatabase, toDatabase }, { ports }) =>
    done(
      `attachments of ${from} beside those of ${to}`,
      await ports.filestores.add({ owner: from, database: fromDatabase }, { owner: to, database: toDatabase }),
    ),
});
