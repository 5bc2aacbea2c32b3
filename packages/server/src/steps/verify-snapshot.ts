import { z } from 'zod';
import { requireWhole } from './shared/require-whole.ts';
import { storeSettings } from './shared/snapshot-place.ts';
import { defineStep, done } from './step.ts';

/** Reads a snapshot as a restore would: what is relied on must be whole before anything is done that only it can undo. */
export const verifySnapshot = defineStep({
  kind: 'verify-snapshot',
  input: z.strictObject({ project: z.string(), snapshot: z.string(), store: storeSettings }),
  limit: () => 12 * 3600,
  run: async (asked, context) => {
    const objects = await requireWhole(asked, context);
    return done(`${asked.snapshot} can be restored: ${objects} objects read`, { objects });
  },
});
