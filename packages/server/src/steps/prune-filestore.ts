import { z } from 'zod';
import { defineStep, done } from './step.ts';

const STORED = {
  text: 'select distinct store_fname as path from ir_attachment where store_fname is not null',
  parameters: [],
};

/** After the data was replaced: files that no attachment of the database names go. What a person uploaded to the former copy must not stay for ever. */
export const pruneFilestore = defineStep({
  kind: 'prune-filestore',
  input: z.strictObject({ owner: z.string(), database: z.string() }),
  limit: () => 1800,
  run: async ({ owner, database }, { ports }) => {
    const rows = await ports.databases.query(database, [STORED]);
    const keep = new Set(rows.map(({ path }) => String(path)));
    return done(
      `attachments of ${database} that nothing names are gone`,
      await ports.filestores.retain({ owner, database }, keep),
    );
  },
});
