import { forecastSource, phaseRows } from '@slipway/contracts/deployment-phases';
import type { DeploymentTimesView, PlannedDeploymentView } from '@slipway/contracts/forecast-views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { facts, table } from '../output/table.ts';
import { duration } from '../output/time.ts';

const seconds = (value: number): string => duration(value * 1000);

/** By which way a release would go live, and what people would notice of it. */
export const plannedText = (planned: PlannedDeploymentView, screen: Screen): string => {
  const { path, why, forecast, readOnlySeconds, awaySeconds, refused } = planned;
  const notice = [
    ...(readOnlySeconds === 0 ? [] : [`read only for about ${seconds(readOnlySeconds)}`]),
    ...(awaySeconds === 0 ? [] : [`away for about ${seconds(awaySeconds)}`]),
  ].join(', then ');
  return facts(screen, [
    ['Way', path],
    ['Why', printable(why)],
    ['People notice', forecast === null ? 'nothing' : `${notice} (${forecastSource(forecast)})`],
    ['Refused', refused && printable(refused)],
  ]);
};

/** What a deployment took, beside what it was to take. */
export const timesText = ({ path, why, ...times }: DeploymentTimesView, screen: Screen): string =>
  [
    facts(screen, [
      ['Way', path],
      ['Why', printable(why)],
      ['Forecast', times.forecast && forecastSource(times.forecast)],
      ...times.requests.map(
        ({ reads, refused }) => ['Read only', `${reads} reads served, ${refused} writes refused`] as const,
      ),
    ]),
    table(
      screen,
      [{ title: 'PHASE' }, { title: 'FORECAST' }, { title: 'TOOK' }],
      phaseRows({ path, why, ...times }).map(({ phase, forecast, took }) => [
        phase,
        forecast === null ? '-' : seconds(forecast),
        seconds(took),
      ]),
    ),
  ].join('\n\n');
