import type { EnvironmentTraffic } from '@slipway/contracts/environment-views';
import { LATENCY_PLACES, p95Of } from '../domain/latency.ts';
import { type Traffic, trafficByStep } from '../store/edge-measures.ts';
import type { Queryable } from '../store/queryable.ts';

const STEPS = 60;
/** The edge counts what is no production by the minute: shorter steps would have holes. */
const SECONDS_AN_HOUR = 3600;

const NOTHING: Traffic = { requests: 0, serverErrors: 0, latencies: [] };

const said = ({ requests, serverErrors, latencies }: Traffic) => ({ requests, serverErrors, p95: p95Of(latencies) });

const together = (all: readonly Traffic[]): Traffic => ({
  requests: all.reduce((sum, { requests }) => sum + requests, 0),
  serverErrors: all.reduce((sum, { serverErrors }) => sum + serverErrors, 0),
  latencies: Array.from({ length: LATENCY_PLACES }, (_, place) =>
    all.reduce((sum, { latencies }) => sum + (latencies[place] ?? 0), 0),
  ),
});

/** The last hours in sixty steps; the last step is the one that is not over. */
export const trafficView = async (
  db: Queryable,
  environment: string,
  { hours, now }: { readonly hours: number; readonly now: Date },
): Promise<EnvironmentTraffic> => {
  const stepSeconds = (hours * SECONDS_AN_HOUR) / STEPS;
  const stepMs = stepSeconds * 1000;
  const until = (Math.floor(now.getTime() / stepMs) + 1) * stepMs;
  const iso = (time: number): string => new Date(time).toISOString();
  const span = { from: iso(until - STEPS * stepMs), until: iso(until), stepSeconds };
  const counted = await trafficByStep(db, environment, span);
  const byStep = new Map(counted.map((one) => [one.step, one]));
  return {
    ...{ environment, ...span },
    steps: Array.from({ length: STEPS }, (_, step) => ({
      at: iso(Date.parse(span.from) + step * stepMs),
      ...said(byStep.get(step) ?? NOTHING),
    })),
    total: said(together(counted)),
  };
};
