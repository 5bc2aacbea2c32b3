import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** The update works on a copy of the database with a name of its own; its attachments are the same files. */
export const aliasFilestore = defineStep({
  kind: 'alias-filestore',
  input: z.strictObject({ owner: z.string(), database: z.string(), also: z.string() }),
  limit: () => 60,
  run: async ({ owner, database, also }, { ports }) =>
    done(`attachments also as ${also}`, await ports.filestores.alias(owner, database, also)),
});
