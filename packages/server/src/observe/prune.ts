import type { Slipway } from '../flows/slipway.ts';
import { pruneDeliveries } from '../store/deliveries.ts';
import { pruneEdgeMeasures } from '../store/edge-measures.ts';
import { pruneRequests } from '../store/idempotency.ts';
import { pruneLogLines } from '../store/log-lines.ts';
import type { Queryable } from '../store/queryable.ts';
import { type Loop, startLoop } from './loop.ts';

/** How many days each is kept. */
export interface KeepDays {
  readonly logs: number;
  readonly deliveries: number;
}

const EVERY_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 86_400_000;
/** Small enough that a statement is over in a moment and holds nobody up. */
const BATCH = 5000;
/** Of what the edge counts: longer than anything is watched. */
const MEASURES_DAYS = 1;
/** Of requests with an Idempotency-Key: as long as anybody may send one again. */
const REQUESTS_DAYS = 1;

type Prune = (db: Queryable, before: string, limit: number) => Promise<number>;

/**
 * Removes log lines of runs that ended, and deliveries that were worked off, once they are older than is wished. In batches, and no more
 * after `signal`: what is left is the next round's. Evidence holds the same logs and is not touched.
 */
export const prune = async (
  slipway: Pick<Slipway, 'db' | 'clock'>,
  keep: KeepDays,
  signal?: AbortSignal,
): Promise<{
  readonly logLines: number;
  readonly deliveries: number;
  readonly measures: number;
  readonly requests: number;
}> => {
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
    requests: await all(pruneRequests, REQUESTS_DAYS),
  };
};

export const pruneOld = (slipway: Slipway, keep: KeepDays): Loop =>
  startLoop('prune', EVERY_MILLISECONDS, slipway, async (signal) => {
    const gone = await prune(slipway, keep, signal);
    if (gone.logLines + gone.deliveries > 0) slipway.logger.info({ ...gone }, 'old logs and deliveries removed');
  });
