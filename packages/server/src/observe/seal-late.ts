import { asFailure } from '@slipway/contracts/failure';
import { openRunEvidence } from '../flows/run-evidence.ts';
import type { Slipway } from '../flows/slipway.ts';
import { unsealedRuns } from '../store/evidence-heads.ts';
import { readRun } from '../store/runs.ts';
import { type Loop, startLoop } from './loop.ts';

const EVERY_MILLISECONDS = 20_000;

/** A run that failed because its evidence found no room ended without a signed head: it gets one as soon as there is room. Answers whose. */
export const sealLate = async (slipway: Slipway): Promise<string[]> => {
  const sealed: string[] = [];
  for (const { run: id } of await unsealedRuns(slipway.db)) {
    const run = await readRun(slipway.db, id);
    try {
      const evidence = await openRunEvidence(slipway, run);
      const { kind, state, sha, failure } = run;
      await evidence.seal({ run: id, kind, state, sha, failure, sealedLate: true });
      sealed.push(id);
    } catch (error) {
      // Still no room: the next look tries again.
      if (asFailure(error).code !== 'disk-full') throw error;
      return sealed;
    }
  }
  return sealed;
};

export const sealLateRuns = (slipway: Slipway): Loop =>
  startLoop('seal-late', EVERY_MILLISECONDS, slipway, async () => {
    const sealed = await sealLate(slipway);
    if (sealed.length > 0) slipway.logger.warn({ runs: sealed }, 'evidence sealed after its run had ended');
  });
