import { z } from 'zod';
import { closeToWrites } from '../odoo/close-to-writes.ts';
import { awaitQuiet } from './shared/await-quiet.ts';
import { defineStep, done } from './step.ts';

/**
 * From here on the database is only read: what is written after it was copied would be lost. What is under way when this begins is
 * waited for; the edge holds new requests meanwhile.
 */
export const freezeWrites = defineStep({
  kind: 'freeze-writes',
  input: z.strictObject({ database: z.string(), role: z.string(), graceSeconds: z.int() }),
  limit: ({ graceSeconds }) => graceSeconds + 120,
  run: async ({ database, role, graceSeconds }, context) => {
    const early = await awaitQuiet(database, graceSeconds, context);
    await context.ports.databases.query(database, [{ text: closeToWrites(role), parameters: [] }]);
    const late = await awaitQuiet(database, graceSeconds, context);
    const cut = early + late;
    const said = cut === 0 ? '' : `; ${cut} sessions took longer than ${graceSeconds} s and were ended`;
    return done(`${database} takes no writes${said}`, { cut });
  },
});
