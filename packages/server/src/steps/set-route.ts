import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import type { Route } from '../domain/environment.ts';
import { defineStep, done, type StepContext } from './step.ts';

const input = z.strictObject({
  environment: z.string(),
  host: z.string(),
  route: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('hold') }),
    z.strictObject({ kind: z.literal('wake') }),
    z.strictObject({
      kind: z.literal('read-only'),
      slot: z.enum(['blue', 'green']),
      /** Forecast: people are told "back at about" now and so many seconds. */
      seconds: z.number().positive(),
    }),
    z.strictObject({
      /** Nobody serves: a page says when somebody will. */
      kind: z.literal('maintenance'),
      seconds: z.number().positive(),
    }),
    z.strictObject({
      kind: z.literal('page'),
      page: z.enum(['building', 'closed']),
      facts: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ]),
});
type Input = z.output<typeof input>;

/**
 * Tells the edge what to do while nobody serves (hold requests, wake on the first one, show a page), or while the one who serves may not
 * write. Done a second time after a crash, a read-only time begins anew: what was refused before stands in a row of its own.
 */
export const setRoute = defineStep({
  kind: 'set-route',
  input,
  limit: () => 60,
  run: async ({ environment, host, route: wanted }, context) => {
    const route = await routeOf(environment, wanted, context);
    await context.ports.routes.put({ host, environment, route });
    const said = route.kind === 'page' ? route.page : route.kind;
    const time = timeOf(route);
    return time === null ? done(`${host}: ${said}`) : done(`${host}: ${said} until about ${time.until}`, time);
  },
});

const timeOf = (route: Answered): { readonly since: string; readonly until: string } | null => {
  if (route.kind === 'read-only') return { since: route.since, until: route.until };
  if (route.kind !== 'page' || route.page !== 'maintenance') return null;
  return { since: String(route.facts['since']), until: String(route.facts['until']) };
};

type Answered = Exclude<Route, { readonly kind: 'serve' }>;

const routeOf = async (environment: string, wanted: Input['route'], { ports, now }: StepContext): Promise<Answered> => {
  const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
  if (wanted.kind === 'maintenance') {
    const facts = { since: iso(now()), until: iso(now() + wanted.seconds * 1000) };
    return { kind: 'page', page: 'maintenance', facts };
  }
  if (wanted.kind !== 'read-only') return wanted;
  const { kind, slot, seconds } = wanted;
  const state = await ports.workload.state({ environment, slot });
  if (state.kind !== 'running')
    throw new Failure('odoo-boot-failed', { reason: `the ${slot} container is ${state.kind}` });
  return { kind, upstream: state.upstream, since: iso(now()), until: iso(now() + seconds * 1000) };
};
