import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** The environment's own database role: it can reach its own database and no other. */
export const ensureRole = defineStep({
  kind: 'ensure-role',
  input: z.strictObject({ owner: z.string(), role: z.string() }),
  limit: () => 60,
  run: async ({ owner, role }, { ports }) =>
    done(
      `role ${role}`,
      await ports.databases.ensureRole(role, await ports.secrets.ensure(owner, 'database-password'), owner),
    ),
});
