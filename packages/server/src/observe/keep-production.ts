import { requestStart } from '../flows/request-production.ts';
import type { Slipway } from '../flows/slipway.ts';
import { hasJustFailed, hasOpenRun } from '../store/served-runs.ts';
import { listProductions } from '../store/stages.ts';
import type { Missing } from './keep-serving.ts';
import { type Loop, startLoop } from './loop.ts';

/** What does not start is tried again all the time, but not so often that its runs fill the disk. */
const AFTER_FAILURE_SECONDS = 60;

/**
 * Production is never put to sleep: what of it does not run is started again, its scheduled actions as well. Only at the second look,
 * because Docker starts what crashed again by itself.
 */
export const keepProduction = async (slipway: Slipway, missing: Missing): Promise<Missing> => {
  const now = new Set<string>();
  for (const { environment, slot, project } of await listProductions(slipway.db)) {
    const states = await Promise.all([
      slipway.ports.workload.state({ environment, slot }),
      slipway.ports.workload.state({ environment, slot: 'cron' }),
    ]);
    if (states.every(({ kind }) => kind === 'running')) continue;
    now.add(environment);
    if (!missing.has(environment) || (await hasOpenRun(slipway.db, environment))) continue;
    const start = { environment, kind: 'start-production', seconds: AFTER_FAILURE_SECONDS };
    if (await hasJustFailed(slipway.db, start)) continue;
    slipway.logger.warn({ environment, states }, 'production does not run as it should; it is started again');
    await requestStart(slipway, project, 'slipway: it did not run');
  }
  return now;
};

export const keepProductionUp = (slipway: Slipway): Loop => {
  let missing: Missing = new Set();
  return startLoop('production', 2000, slipway, async () => {
    missing = await keepProduction(slipway, missing);
  });
};
