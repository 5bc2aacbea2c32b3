import { checkEvidence } from '../flows/check-evidence.ts';
import type { Slipway } from '../flows/slipway.ts';
import { type Loop, startLoop } from './loop.ts';

const HOUR = 3600_000;

/** Once a day, the first time an hour after the start: it reads every file, and a restart is to be quick. */
export const watchEvidence = (slipway: Slipway): Loop => {
  let first = true;
  return startLoop('evidence', HOUR * 24, slipway, async (signal) => {
    if (first) await slipway.clock.sleep(HOUR, signal);
    first = false;
    if (!signal.aborted) await checkEvidence(slipway);
  });
};
