import { z } from 'zod';
import { copyOf, filestoreCopy } from './shared/filestore-copy.ts';
import { defineStep, done } from './step.ts';

/**
 * Lets begin what a slot will need and what has nothing to do with the database, while that is made: its network, and the attachments.
 * Nothing depends on it but the time that their own steps take.
 */
export const expectSlot = defineStep({
  kind: 'expect-slot',
  input: z.strictObject({
    environment: z.string(),
    outside: z.union([z.literal('anything'), z.array(z.string())]).optional(),
    /** As `clone-filestore` will be asked. */
    filestore: filestoreCopy.optional(),
  }),
  limit: () => 30,
  run: async ({ environment, outside, filestore }, { ports }) => {
    ports.workload.expect({ environment, ...(outside === undefined ? {} : { outside }) });
    if (filestore !== undefined) ports.filestores.expect(...copyOf(filestore));
    return done('the target was told');
  },
});
