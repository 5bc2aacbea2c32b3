import { type DeploymentTimesView, deploymentPath, forecastView } from '@slipway/contracts/forecast-views';
import { z } from 'zod';
import { deploymentPhases } from '../decide/deployment-phases.ts';
import { type DeploymentRun, deploymentRuns } from '../store/deployment-runs.ts';
import type { Queryable } from '../store/queryable.ts';
import { type ReadOnlyCounts, readOnlyTimes } from '../store/read-only-times.ts';

const planned = z.object({
  production: z.object({ path: deploymentPath, why: z.string(), forecast: forecastView.nullish() }),
});

/** What each of these runs took, by its id; none of those that were planned before there was a forecast, or that are no deployment. */
export const deploymentTimes = async (
  db: Queryable,
  environment: string,
  runs: readonly string[],
): Promise<ReadonlyMap<string, DeploymentTimesView>> => {
  const found = await deploymentRuns(db, runs);
  const [first] = found.map(({ startedAt }) => startedAt).sort();
  const counts = first === undefined ? [] : await readOnlyTimes(db, environment, first);
  return new Map(found.flatMap((run) => timesOf(run, counts).map((times) => [run.id, times] as const)));
};

const timesOf = (run: DeploymentRun, counts: readonly ReadOnlyCounts[]): DeploymentTimesView[] => {
  const facts = planned.safeParse(run.facts).data?.production;
  if (facts === undefined) return [];
  const { path, why, forecast = null } = facts;
  const during = ({ since }: ReadOnlyCounts): boolean =>
    since >= run.startedAt && (run.finishedAt === null || since <= run.finishedAt);
  return [{ path, why, forecast, measured: deploymentPhases(run.steps), requests: counts.filter(during) }];
};
