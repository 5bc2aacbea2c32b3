import { z } from 'zod';
import { removeSnapshot } from '../snapshot/repository.ts';
import { openPlace, storeSettings } from './shared/snapshot-place.ts';
import { defineStep, done } from './step.ts';

/** A snapshot that only this run needed goes, and the server it was made of; its objects go with the next pruning. */
export const forgetSnapshot = defineStep({
  kind: 'forget-snapshot',
  input: z.object({ project: z.string(), snapshot: z.string(), store: storeSettings }),
  limit: () => 3600,
  run: async (asked, context) => {
    await context.ports.recovery.remove(context.ports.recovery.folderFor(asked.snapshot));
    await removeSnapshot(await openPlace({ ...asked, id: asked.snapshot }, context), asked.snapshot);
    return done(`${asked.snapshot} is gone`);
  },
});
