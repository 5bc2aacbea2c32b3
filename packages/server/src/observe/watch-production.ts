import type { Slipway } from '../flows/slipway.ts';
import { EndedByAnother, lookAtProduction } from '../flows/watch-production.ts';
import { openWatches } from '../store/watches.ts';
import { type Loop, startLoop } from './loop.ts';

const EVERY_MILLISECONDS = 5_000;

/** Looks at each production that was deployed to a while ago. What is known of it is in the database: any process goes on. */
export const watchProductions = async (slipway: Slipway, signal: AbortSignal): Promise<void> => {
  for (const watch of await openWatches(slipway.db)) {
    if (signal.aborted) return;
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
