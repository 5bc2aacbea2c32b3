import type { RunView } from '@slipway/contracts/views';
import { judged, row } from '../shared/figures.ts';

/** What the load says of itself in its last line; what is read here. */
interface LoadFigures {
  readonly requests: number;
  readonly failed: { readonly count: number; readonly reads: number };
  readonly refusedWrites: { readonly count: number; readonly first: string | null; readonly last: string | null };
  readonly refusedLogins: number;
  readonly refusedReads: number;
  readonly latency: { readonly worstAddedMs: number };
}

export interface Act {
  readonly name: string;
  readonly run: RunView;
  readonly figures: LoadFigures;
  /** File with what was acknowledged. */
  readonly writes: string;
  /** What looking it up said. */
  readonly found?: string;
}

const TITLES: Readonly<Record<string, string>> = {
  code: 'deployment, code only',
  'code-rollback': 'and back',
  update: 'deployment with an update',
  'update-rollback': 'and back, with the database',
};

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

/** From the first step to the first request that the new version gets. */
const untilSwitched = ({ steps }: RunView): number => {
  const last = steps.findIndex(({ kind }) => kind === 'switch-route');
  return steps.slice(0, last + 1).reduce((sum, { milliseconds }) => sum + (milliseconds ?? 0), 0);
};
const switching = ({ steps }: RunView): number =>
  steps
    .filter(({ name }) => name === 'hold-for-switch' || name === 'move-sessions' || name.startsWith('route-to-'))
    .reduce((sum, { milliseconds }) => sum + (milliseconds ?? 0), 0);

const worstAdded = ({ latency }: LoadFigures): number => latency.worstAddedMs;

const refusals = ({ refusedWrites: { count, first, last } }: LoadFigures): string =>
  count === 0 ? '0' : `${count}, ${first?.slice(11, 19)} to ${last?.slice(11, 19)} UTC`;

const stepsTable = ({ run }: Act): readonly string[] => [
  row('step', 'took'),
  row('---', '---'),
  ...run.steps.map(({ name, milliseconds }) => row(name, seconds(milliseconds ?? 0))),
];

export const report = (
  acts: readonly Act[],
  { machine, rate }: { readonly machine: string; readonly rate: string },
): string => {
  const code = acts.filter(({ name }) => name.startsWith('code'));
  const update = acts.filter(({ name }) => name === 'update');
  const back = acts.find(({ name }) => name === 'code-rollback');
  const met: readonly (readonly [string, boolean])[] = [
    ['code only, and back: no failed request', code.every(({ figures }) => figures.failed.count === 0)],
    ['code only, and back: worst added latency < 2 s', code.every(({ figures }) => worstAdded(figures) < 2000)],
    [
      'with an update: no failed or refused read',
      update.every(({ figures }) => figures.failed.reads + figures.refusedReads === 0),
    ],
    ['switch < 300 ms', acts.every(({ run }) => switching(run) < 300)],
    ['code rollback < 5 s until it serves', back !== undefined && untilSwitched(back.run) < 5000],
  ];
  return [
    '# Deploying under load',
    '',
    `Made by \`node bench/deploy/run.ts\`. ${machine}. ${rate} requests a second of real ones (see README.md), before, while and after.`,
    '',
    row('', 'until it serves', 'the switch', 'requests', 'failed', 'writes refused', 'logins refused', 'worst added'),
    row('---', '---', '---', '---', '---', '---', '---', '---'),
    ...acts.map(({ name, run, figures }) =>
      row(
        TITLES[name] ?? name,
        seconds(untilSwitched(run)),
        `${Math.round(switching(run))} ms`,
        String(figures.requests),
        String(figures.failed.count),
        refusals(figures),
        String(figures.refusedLogins),
        seconds(worstAdded(figures)),
      ),
    ),
    '',
    ...met.map(([what, holds]) => `- ${what}: ${judged(holds)}`),
    '',
    'Acknowledged writes, looked up when each act was over (what a rollback loses is what its bill names):',
    '',
    ...acts.map(({ name, found }) => `- ${TITLES[name] ?? name}: \`${found ?? ''}\``),
    ...acts.flatMap((act) => ['', `## Steps of the ${TITLES[act.name] ?? act.name}`, '', ...stepsTable(act)]),
    '',
  ].join('\n');
};
