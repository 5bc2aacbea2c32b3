import { z } from 'zod';
import { defineStep, done } from './step.ts';

/** Tells the edge what to do while nobody serves: hold requests, wake on the first one, or show a page. */
export const setRoute = defineStep({
  kind: 'set-route',
  input: z.strictObject({
    environment: z.string(),
    host: z.string(),
    route: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('hold') }),
      z.strictObject({ kind: z.literal('wake') }),
      z.strictObject({
        kind: z.literal('page'),
        page: z.enum(['building', 'closed']),
        facts: z.record(z.string(), z.union([z.string(), z.number()])),
      }),
    ]),
  }),
  limit: () => 60,
  run: async ({ environment, host, route }, { ports }) => {
    await ports.routes.put({ host, environment, route });
    return done(`${host}: ${route.kind === 'page' ? route.page : route.kind}`);
  },
});
