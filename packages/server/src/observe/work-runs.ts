import { executeRun, LEASE_SECONDS } from '../flows/execute-run.ts';
import type { Slipway } from '../flows/slipway.ts';
import { claimRun } from '../store/claim-run.ts';
import { type Loop, startLoop } from './loop.ts';

/** Claims what may run now and works on it; the limits are the queue's, which sees all control planes. */
export const workRuns = (slipway: Slipway): Loop => {
  const active = new Set<Promise<void>>();
  const loop = startLoop('runs', 500, slipway, async (signal) => {
    for (;;) {
      const run = await claimRun(slipway.db, {
        owner: slipway.owner,
        leaseSeconds: LEASE_SECONDS,
        limits: { builds: slipway.builds },
      });
      if (run === null) return;
      slipway.logger.info({ run: run.id, kind: run.kind, environment: run.environment }, 'run started');
      const work: Promise<void> = executeRun(slipway, run, signal)
        .catch((error: unknown) =>
          slipway.logger.error({ err: error, run: run.id }, 'a run broke off; its lease will end'),
        )
        .finally(() => {
          active.delete(work);
          loop.wake();
        });
      active.add(work);
    }
  });
  return {
    wake: loop.wake,
    stop: async () => {
      await loop.stop();
      await Promise.all(active);
    },
  };
};
