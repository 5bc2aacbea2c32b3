import { z } from 'zod';
import { defineStep, done } from './step.ts';

export const removeFilestore = defineStep({
  kind: 'remove-filestore',
  input: z.strictObject({ owner: z.string() }),
  limit: () => 600,
  run: async ({ owner }, { ports }) => done(`filestore of ${owner} removed`, await ports.filestores.remove(owner)),
});
