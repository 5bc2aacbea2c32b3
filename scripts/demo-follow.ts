import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView } from '@slipway/contracts/views';
import { type DemoServer, Refused } from './demo-server.ts';

const LIMIT_SECONDS = 900;

/** Follows a run to its end, saying each step. */
export const follow = async (
  { server, say }: { readonly server: DemoServer; readonly say: (text: string) => void },
  id: string,
): Promise<RunView> => {
  const until = Date.now() + LIMIT_SECONDS * 1000;
  let last = '';
  while (Date.now() < until) {
    const run = await server.run(id);
    const step = run.steps.find(({ state }) => state === 'running')?.name ?? run.state;
    if (step !== last) say(`${run.kind}: ${step}`);
    last = step;
    if (run.finishedAt !== null) {
      if (run.state !== 'succeeded')
        throw new Refused(`${run.kind}: ${run.failure?.message ?? run.state}`, run.failure?.hint ?? '');
      return run;
    }
    await sleep(200);
  }
  throw new Refused(`${id} has not ended after ${LIMIT_SECONDS} s.`, 'slipway run list shows what it does.');
};
