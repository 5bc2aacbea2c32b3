import { forgetRecordings } from '../flows/forget-recordings.ts';
import type { Slipway } from '../flows/slipway.ts';
import { pruneChanges } from '../store/changes.ts';
import { pruneDeliveries } from '../store/deliveries.ts';
import { pruneEdgeMeasures } from '../store/edge-measures.ts';
import { pruneRequests } from '../store/idempotency.ts';
import { pruneLogLines } from '../store/log-lines.ts';
import type { Queryable } from '../store/queryable.ts';
import { pruneSignIns } from '../store/sessions.ts';
import { pruneWebhookDeliveries } from '../store/webhook-deliveries.ts';
import { type Loop, startLoop } from './loop.ts';

/** How many days each is kept. */
export interface KeepDays {
  readonly logs: number;
  readonly deliveries: number;
  /** Of shells. */
  readonly recordings: number;
}

const EVERY_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 86_400_000;
/** Small enough that a statement is over in a moment and holds nobody up. */
const BATCH = 5000;
/** Of what the edge counts: longer than anything is watched. */
const MEASURES_DAYS = 1;
/** After what has an end has ended. */
const SIGN_INS_DAYS = 1;
/** Of requests with an Idempotency-Key: as long as anybody may send one again. */
const REQUESTS_DAYS = 1;
/** Who comes back to the live events after a week begins anew. */
const CHANGES_DAYS = 7;
/** Of what webhooks were told; as docs/how-to/webhooks.md says. */
const WEBHOOKS_DAYS = 30;

type Prune = (db: Queryable, before: string, limit: number) => Promise<number>;

/**
 * Removes log lines of runs that ended, and deliveries that were worked off, once they are older than is wished; and sessions that ended. In batches, and no more
 * after `signal`: what is left is the next round's. Evidence holds the same logs and is not touched.
 */
export const prune = async (
  slipway: Pick<Slipway, 'db' | 'clock'>,
  keep: Omit<KeepDays, 'recordings'>,
  signal?: AbortSignal,
): Promise<
  Readonly<Record<'logLines' | 'deliveries' | 'measures' | 'signIns' | 'requests' | 'changes' | 'webhooks', number>>
> => {
  const all = async (one: Prune, days: number): Promise<number> => {
    const before = new Date(slipway.clock.now().getTime() - days * DAY_MILLISECONDS).toISOString();
    let total = 0;
    while (!signal?.aborted) {
      const gone = await one(slipway.db, before, BATCH);
      total += gone;
      if (gone < BATCH) break;
    }
    return total;
  };
  return {
    logLines: await all(pruneLogLines, keep.logs),
    deliveries: await all(pruneDeliveries, keep.deliveries),
    measures: await all(pruneEdgeMeasures, MEASURES_DAYS),
    signIns: await all(pruneSignIns, SIGN_INS_DAYS),
    requests: await all(pruneRequests, REQUESTS_DAYS),
    changes: await all(pruneChanges, CHANGES_DAYS),
    webhooks: await all(pruneWebhookDeliveries, WEBHOOKS_DAYS),
  };
};

/** `recordings`: the folder that they lie in. */
export const pruneOld = (slipway: Slipway, keep: KeepDays, recordings: string): Loop =>
  startLoop('prune', EVERY_MILLISECONDS, slipway, async (signal) => {
    const gone = await prune(slipway, keep, signal);
    const before = new Date(slipway.clock.now().getTime() - keep.recordings * DAY_MILLISECONDS).toISOString();
    const forgotten = await forgetRecordings(slipway, { folder: recordings, before, signal });
    if (forgotten > 0) slipway.logger.info({ forgotten }, 'old recordings of shells removed');
    if (gone.logLines + gone.deliveries > 0) slipway.logger.info({ ...gone }, 'old logs and deliveries removed');
  });
