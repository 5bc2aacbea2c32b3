import type { Upstream } from '../domain/environment.ts';
import { requestRun } from '../flows/request-preview.ts';
import type { Slipway } from '../flows/slipway.ts';
import { otherSlot } from '../plan/serve.ts';
import type { SlotState } from '../ports/workload.ts';
import { setEnvironment } from '../store/environments.ts';
import { listServing, moveRoute, type Serving } from '../store/routes.ts';
import { hasOpenRun } from '../store/served-runs.ts';
import { type Loop, startLoop } from './loop.ts';

/** Environments whose container did not run at the last look. */
export type Missing = ReadonlySet<string>;

/**
 * Compares where the edge sends people with where Odoo is. A container that was restarted (by itself, with Docker, with the host) may
 * have another address: the route follows it. One that is gone is put to sleep rather than started: the first request wakes it, so it
 * is there for whoever uses it and costs nobody else memory, five previews do not start at once after a reboot, and an Odoo that dies
 * again and again is not started for ever. Only at the second look, because Docker starts what crashed again by itself. Answers what
 * was missing now.
 */
export const keepServing = async (slipway: Slipway, missing: Missing): Promise<Missing> => {
  const now = new Set<string>();
  for (const serving of await listServing(slipway.db)) {
    const { environment, slot } = serving;
    const state = await slipway.ports.workload.state({ environment, slot });
    if (state.kind === 'running') await followAddress(slipway, serving, state.upstream);
    // observe/keep-production.ts starts it again.
    else if (serving.stage === 'production') continue;
    else if (!missing.has(environment)) now.add(environment);
    else await layDown(slipway, serving, state);
  }
  return now;
};

/** An address of the environment's other slot is right, too: a run is just changing places. */
const followAddress = async (slipway: Slipway, serving: Serving, upstream: Upstream): Promise<void> => {
  if (sameAddress(serving.upstream, upstream)) return;
  const { environment, host, slot } = serving;
  const other = await slipway.ports.workload.state({ environment, slot: otherSlot(slot) });
  if (other.kind === 'running' && sameAddress(serving.upstream, other.upstream)) return;
  const moved = await moveRoute(slipway.db, { host, from: serving.upstream, to: upstream });
  if (moved) slipway.logger.info({ environment, from: serving.upstream, to: upstream }, 'a route was out of date');
};

const sameAddress = (a: Upstream, b: Upstream): boolean =>
  a.host === b.host && a.port === b.port && a.websocketPort === b.websocketPort;

const layDown = async (slipway: Slipway, { environment }: Serving, state: SlotState): Promise<void> => {
  if (await hasOpenRun(slipway.db, environment)) return;
  const reason = reasonOf(state);
  slipway.logger.warn({ environment, state }, 'a live preview does not run; the next request wakes it');
  await setEnvironment(slipway.db, environment, { reason });
  await requestRun(slipway, { environment, kind: 'sleep-preview', requestedBy: `slipway: ${reason}` });
};

const reasonOf = (state: SlotState): string => {
  if (state.kind !== 'stopped') return 'Its container was removed by somebody else.';
  return state.outOfMemory
    ? 'It used more memory than `memory` of its stage in slipway.yaml allows, and was ended.'
    : `Its container ended with exit code ${state.exitCode}.`;
};

export const keepServingAll = (slipway: Slipway): Loop => {
  let missing: Missing = new Set();
  return startLoop('serving', 2000, slipway, async () => {
    missing = await keepServing(slipway, missing);
  });
};
