/** What a deployment took, phase by phase, beside what it was to take: the same rows wherever people see them. */
import type { DeploymentTimesView } from './forecast-views.ts';

export interface PhaseRow {
  readonly phase: string;
  /** Seconds; null: nothing was forecast. */
  readonly forecast: number | null;
  readonly took: number;
}

/** Only phases that there were. */
export const phaseRows = ({ forecast, measured }: DeploymentTimesView): PhaseRow[] => {
  const row = (phase: string, took: number | null, planned: number | null | undefined): PhaseRow[] =>
    took === null ? [] : [{ phase, forecast: planned ?? null, took }];
  return [
    ...row('requests held', measured.heldSeconds, null),
    ...row('read only', measured.readOnlySeconds, forecast?.readOnlySeconds),
    ...row('away', measured.awaySeconds, measured.awaySeconds === null ? null : awayOf(forecast)),
    ...row('backup', measured.backupSeconds, null),
    ...row('copy', measured.copySeconds, forecast?.copySeconds),
    ...row('update', measured.updateSeconds, forecast?.updateSeconds),
    ...row('figures', measured.figuresSeconds, forecast?.figuresSeconds),
    ...row('boot', measured.bootSeconds, forecast?.bootSeconds),
    ...row('smoke test', measured.smokeSeconds, forecast?.smokeSeconds),
    ...row('switch', measured.switchSeconds, null),
    ...row('in all', measured.totalSeconds, null),
  ];
};

const awayOf = (forecast: DeploymentTimesView['forecast']): number | null =>
  forecast === null
    ? null
    : forecast.updateSeconds + forecast.figuresSeconds / 2 + forecast.bootSeconds + forecast.smokeSeconds;

const FROM = {
  rehearsal: 'measured in the rehearsal',
  'last deployment': 'by what the last update took',
  guess: 'a guess: nothing was measured yet',
} as const;

/** `measured in the rehearsal reh_…` */
export const forecastSource = ({ source, from }: NonNullable<DeploymentTimesView['forecast']>): string =>
  from === null ? FROM[source] : `${FROM[source]} ${from}`;
