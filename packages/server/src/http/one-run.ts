import type { LogLine } from '@slipway/contracts/views';
import type { Slipway } from '../flows/slipway.ts';
import { readLogLines } from '../store/log-lines.ts';
import { EVERYTHING, type Sight } from '../store/sight.ts';
import { unknownRun } from '../store/unknown.ts';
import { runViews } from '../views/run-view.ts';

const POLL_MILLISECONDS = 250;
const ENDED = new Set(['succeeded', 'failed', 'cancelled', 'superseded']);

export const oneRun = async (slipway: Slipway, id: string, sight: Sight = EVERYTHING) => {
  const [run] = await runViews(slipway.db, { id, limit: 1 });
  if (run === undefined) throw await unknownRun(slipway.db, id, sight);
  return run;
};

/** Lines that are stored, then, if asked to follow, those that come until the run has ended. */
export async function* runLines(
  slipway: Slipway,
  run: string,
  { follow, since = 0 }: { readonly follow: boolean; readonly since?: number },
  signal: AbortSignal,
): AsyncIterable<LogLine> {
  for (let after = since; !signal.aborted; ) {
    const ended = !follow || ENDED.has((await oneRun(slipway, run)).state);
    const lines = await readLogLines(slipway.db, run, { since: after, limit: 1000 });
    for (const line of lines) {
      after = line.sequence;
      yield line;
    }
    if (lines.length > 0) continue;
    if (ended) return;
    await slipway.clock.sleep(POLL_MILLISECONDS, signal);
  }
}
