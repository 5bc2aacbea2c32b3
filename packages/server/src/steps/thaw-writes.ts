import { z } from 'zod';
import { thawStatements } from '../odoo/read-only.ts';
import { endSessions, MAINTENANCE } from './shared/end-sessions.ts';
import { defineStep, done, skipped } from './step.ts';

/** The database may be written to again; sessions that only read are ended, so that nobody goes on with one. */
export const thawWrites = defineStep({
  kind: 'thaw-writes',
  input: z.strictObject({ database: z.string() }),
  limit: () => 120,
  run: async ({ database }, context) => {
    if (!(await context.ports.databases.exists(database))) return skipped(`${database} is not there`);
    await context.ports.databases.query(MAINTENANCE, thawStatements(database));
    const { ended } = await endSessions(database, 10, context);
    return done(`${database} may be written to; ${ended} sessions ended`);
  },
});
