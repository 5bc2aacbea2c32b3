import { z } from 'zod';
import { defineStep, done } from './step.ts';

export const dropDatabase = defineStep({
  kind: 'drop-database',
  input: z.strictObject({ database: z.string() }),
  limit: () => 300,
  run: async ({ database }, { ports }) => done(`database ${database} removed`, await ports.databases.drop(database)),
});
