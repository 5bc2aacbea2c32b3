import type { Slipway } from '../flows/slipway.ts';
import { EndedByAnother, lookAtProduction } from '../flows/watch-production.ts';
import { openWatches, type Watch } from '../store/watches.ts';
import { type Loop, startLoop } from './loop.ts';

const EVERY_MILLISECONDS = 5_000;
/** What is bad shows at once; a log that grows is not read over and over for what comes slowly. */
const [SELDOM_MILLISECONDS, PART] = [30_000, 20];

const isDue = ({ since, until, lookedAt }: Watch, now: number): boolean => {
  if (lookedAt === null || now >= Date.parse(until)) return true;
  const pause = Math.min((now - Date.parse(since)) / PART, SELDOM_MILLISECONDS);
  return now - Date.parse(lookedAt) >= pause;
};

/** Looks at each production that was deployed to a while ago. What is known of it is in the database: any process goes on. */
export const watchProductions = async (slipway: Slipway, signal: AbortSignal): Promise<void> => {
  for (const watch of await openWatches(slipway.db)) {
    if (signal.aborted) return;
    if (!isDue(watch, slipway.clock.now().getTime())) continue;
    try {
      await lookAtProduction(slipway, watch, signal);
    } catch (error) {
      if (error instanceof EndedByAnother || signal.aborted) continue;
      // A target that is away says nothing of the version: it is looked at when it is back.
      slipway.logger.warn({ err: error, deployment: watch.deployment }, 'production could not be looked at');
    }
  }
};

export const watchProduction = (slipway: Slipway): Loop =>
  startLoop('watch', EVERY_MILLISECONDS, slipway, (signal) => watchProductions(slipway, signal));
