import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** From now on the edge sends this host's requests to that slot. */
export const switchRoute = defineStep({
  kind: 'switch-route',
  input: z.strictObject({ environment: z.string(), host: z.string(), slot: z.enum(['blue', 'green']) }),
  limit: () => 60,
  run: async ({ environment, host, slot }, { ports }) => {
    const state = await ports.workload.state({ environment, slot });
    if (state.kind !== 'running')
      throw new Failure('odoo-boot-failed', { reason: `the ${slot} container is ${state.kind}` });
    await ports.routes.put({ host, environment, route: { kind: 'serve', upstream: state.upstream } });
    return done(`${host} → ${slot}`, state.upstream);
  },
});
