import { z } from 'zod';
import { freezeStatements } from '../odoo/read-only.ts';
import { endSessions, MAINTENANCE } from './shared/end-sessions.ts';
import { defineStep, done } from './step.ts';

/**
 * From here on the database is only read: what is written after it was copied would be lost. Requests that write when this begins
 * are waited for; the edge holds new ones meanwhile.
 */
export const freezeWrites = defineStep({
  kind: 'freeze-writes',
  input: z.strictObject({ database: z.string(), graceSeconds: z.int() }),
  limit: ({ graceSeconds }) => graceSeconds + 60,
  run: async ({ database, graceSeconds }, context) => {
    await context.ports.databases.query(MAINTENANCE, freezeStatements(database));
    const { ended, cut } = await endSessions(database, graceSeconds, context);
    const said = cut === 0 ? '' : `, ${cut} of them in the middle of something that took longer than ${graceSeconds} s`;
    return done(`${database} is read only; ${ended} sessions ended${said}`, { ended, cut });
  },
});
