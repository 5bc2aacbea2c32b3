/** Figures to a page. Pure. */
import { judged, quantile, row } from '../shared/figures.ts';

export interface Sample {
  readonly milliseconds: number;
  /** Builds that ran when it was sent and when it was answered, the smaller number. */
  readonly building: number;
}

export interface Figures {
  readonly quiet: readonly Sample[];
  readonly busy: readonly Sample[];
  readonly skipped: number;
  readonly rss: number;
  readonly builds: number;
  readonly perSecond: number;
}

const AIM_MILLISECONDS = 50;

export const table = (figures: Figures, machine: string): string => {
  const times = (samples: readonly Sample[]): number[] => samples.map(({ milliseconds }) => milliseconds);
  const quiet = times(figures.quiet);
  const busy = times(figures.busy);
  const line = (what: string, share: number, aim = ''): string => {
    const values = [quantile(quiet, share), quantile(busy, share)] as const;
    const cells = values.map((value) => `${value.toFixed(1)} ms`);
    return row(what, ...cells, (values[1] / values[0]).toFixed(1), aim);
  };
  const met = quantile(busy, 0.99) < AIM_MILLISECONDS;
  return [
    '# Webhook acknowledgement',
    '',
    `Made by \`make bench\`. ${machine}. Real Odoo 19, PostgreSQL 17 in Docker; deliveries at ${figures.perSecond} a second, up to ten in flight.`,
    '',
    `| from the request to its answer | nothing is built | ${figures.builds} builds run | ratio | aim |`,
    '| --- | --- | --- | --- | --- |',
    line('median', 0.5),
    line('95th percentile', 0.95),
    line('99th percentile', 0.99, `< ${AIM_MILLISECONDS} ms: ${judged(met)}`),
    line('slowest', 1),
    row('deliveries measured', String(quiet.length), String(busy.length), '', `${figures.skipped} not sent`),
    row(
      'memory of the control plane',
      '',
      `${figures.rss.toFixed(0)} MB`,
      '',
      `< 200 MB: ${judged(figures.rss < 200)}`,
    ),
    '',
    `A delivery counts as "${figures.builds} builds run" when that many runs were at work both when it was sent and when it was answered; builds are kept going`,
    'by pushing a commit to each pull request as soon as the one before is live: fetched, built, installed or updated with its tests, started. Each delivery tells',
    'of one more pull request, is kept in the database before it is answered, and is worked off meanwhile.',
    'The client has a raised priority, because GitHub does not compute on this machine; the control plane has the one that it gives itself.',
    '',
  ].join('\n');
};
