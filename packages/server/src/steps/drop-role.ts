import { z } from 'zod';
import { defineStep, done } from './step.ts';

export const dropRole = defineStep({
  kind: 'drop-role',
  input: z.strictObject({ role: z.string() }),
  limit: () => 60,
  run: async ({ role }, { ports }) => done(`role ${role} removed`, await ports.databases.dropRole(role)),
});
