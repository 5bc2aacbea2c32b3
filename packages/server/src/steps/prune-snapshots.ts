import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { judgeRetention } from '../domain/retention.ts';
import { DEFAULT_GRACE_MILLISECONDS, prune } from '../snapshot/prune.ts';
import { removeSnapshot } from '../snapshot/repository.ts';
import { openPlace, storeSettings } from './shared/snapshot-place.ts';
import { defineStep, done } from './step.ts';

/** Snapshots and backups that no rule keeps go, and the objects that then belong to none. */
export const pruneSnapshots = defineStep({
  kind: 'prune-snapshots',
  input: z.strictObject({
    project: z.string(),
    /** Who prunes: the same after a crash, so that one's own mark in the store is nobody else's. */
    pruner: z.string(),
    store: storeSettings,
    keepSanitised: z.number(),
    keepRaw: z.strictObject({ daily: z.number(), weekly: z.number(), monthly: z.number() }),
  }),
  limit: () => 6 * 3600,
  run: async (asked, context) => {
    const { snapshots } = context.ports;
    const raw = judgeRetention(await snapshots.list(asked.project, 'raw'), asked.keepRaw);
    const sanitised = (await snapshots.list(asked.project, 'sanitised')).filter(({ pinned }) => !pinned);
    const gone = [
      ...raw.filter(({ keep }) => !keep).map(({ id }) => id),
      ...sanitised.slice(asked.keepSanitised).map(({ id }) => id),
    ];
    const at = await openPlace({ ...asked, id: asked.pruner }, context);
    for (const id of gone) {
      // Gone from the store with one call; a try that dies before the next line finds it in the table again, and both may be repeated.
      await removeSnapshot(at, id);
      await snapshots.markRemoved(id);
    }
    // While a snapshot is written its objects belong to no manifest yet: they go the next time.
    const freed = await prune(at, { graceMilliseconds: DEFAULT_GRACE_MILLISECONDS, signal: context.signal }).catch(
      (error: unknown) => {
        if (error instanceof Failure && error.code === 'snapshot-store-busy') return 'the store was being used';
        throw error;
      },
    );
    return done(gone.length === 0 ? 'all are kept' : `${gone.length} are not kept any more`, {
      gone,
      kept: raw.filter(({ keep }) => keep).map(({ id, why }) => ({ id, why })),
      freed,
    });
  },
});
