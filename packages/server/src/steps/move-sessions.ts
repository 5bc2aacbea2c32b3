import { z } from 'zod';
import { moveSessions as move } from '../odoo/sessions.ts';
import { defineStep, done } from './step.ts';

/** People stay logged in when their Odoo goes on in another database. */
export const moveSessions = defineStep({
  kind: 'move-sessions',
  input: z.strictObject({ owner: z.string(), from: z.string(), to: z.string() }),
  limit: () => 300,
  run: async ({ owner, from, to }, { ports }) => {
    const moved = await move(await ports.filestores.ensure(owner), from, to);
    return done(`${moved} sessions go on in ${to}`, { moved });
  },
});
