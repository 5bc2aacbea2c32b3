import type { LocksView, RehearsalReport, RehearsalView, TablesView } from '@slipway/contracts/rehearsal-views';
import { printable } from '../output/printable.ts';
import type { Colour, Screen } from '../output/screen.ts';
import { facts, table } from '../output/table.ts';
import { age, duration, fileSize, shortSha } from '../output/time.ts';

const COLOURS: Readonly<Record<RehearsalView['state'], Colour>> = {
  succeeded: 'green',
  failed: 'red',
  cancelled: 'yellow',
};

/** What it forecasts, or why it does not. */
const said = ({ report, failure, state }: RehearsalView): string =>
  report?.says ?? failure?.message ?? `it ${state} without a word`;

export const rehearsalTable = (rehearsals: readonly RehearsalView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'REHEARSAL' },
      { title: 'STATE' },
      { title: 'COMMIT' },
      { title: 'WHEN' },
      { title: 'TOOK', right: true },
      { title: 'FORECAST', elastic: true },
    ],
    rehearsals.map((one) => [
      one.id,
      { text: one.state, colour: COLOURS[one.state] },
      shortSha(one.sha),
      age(one.at, screen.now),
      duration(one.seconds * 1000),
      said(one),
    ]),
  );

const TOLD = 10;

const lines = (title: string, texts: readonly string[]): string => {
  if (texts.length === 0) return '';
  const more = texts.length - TOLD;
  return [
    title,
    ...texts.slice(0, TOLD).map((text) => `  ${printable(text)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
};

const moduleTable = ({ modules }: RehearsalReport, screen: Screen): string =>
  modules.length === 0
    ? ''
    : table(
        screen,
        [{ title: 'MODULE', elastic: true }, { title: 'WHAT' }, { title: 'TOOK', right: true }],
        modules.map(({ name, action, seconds }) => [name, action, seconds === null ? '-' : duration(seconds * 1000)]),
      );

const lockTable = (title: string, locks: LocksView['held'], screen: Screen): string =>
  locks.length === 0
    ? ''
    : table(
        screen,
        [
          { title, elastic: true },
          { title: 'MODE' },
          { title: 'LONGEST', right: true },
          { title: 'TIMES', right: true },
        ],
        locks
          .slice(0, TOLD)
          .map(({ table: name, mode, seconds, times }) => [
            name,
            mode.replace(/Lock$/, ''),
            `${seconds.toFixed(1)} s`,
            String(times),
          ]),
      );

const size = (bytes: number | null): string => (bytes === null ? '-' : fileSize(bytes));

const change = ({ before, after }: TablesView['changed'][number]): string => {
  const bytes = (after ?? 0) - (before ?? 0);
  return `${bytes < 0 ? '-' : '+'}${fileSize(Math.abs(bytes))}`;
};

const sizeTable = (title: string, tables: TablesView['changed'], screen: Screen): string =>
  tables.length === 0
    ? ''
    : table(
        screen,
        [
          { title, elastic: true },
          { title: 'BEFORE', right: true },
          { title: 'AFTER', right: true },
          { title: 'CHANGE', right: true },
        ],
        tables.map((one) => [one.table, size(one.before), size(one.after), change(one)]),
      );

const figuresText = ({ figures }: RehearsalReport, screen: Screen): string => {
  if (figures === null) return '';
  return figures.broken.length === 0
    ? `${screen.ok} ${figures.compared} business figures are what they were.`
    : lines(`${screen.fail} ${figures.broken.length} of ${figures.compared} business figures changed`, figures.broken);
};

const smokeText = ({ smoke }: RehearsalReport, screen: Screen): string => {
  if (smoke === null) return '';
  return smoke.failed.length === 0
    ? `${screen.ok} ${smoke.passed} smoke checks passed, ${smoke.skipped} skipped.`
    : lines(`${screen.fail} Smoke checks failed`, smoke.failed);
};

const partsOf = ({ forecast }: RehearsalReport): string | null => {
  if (forecast === null) return null;
  const parts = [
    ['copy', forecast.copySeconds],
    ['update', forecast.updateSeconds],
    ['figures', forecast.figuresSeconds],
    ['start', forecast.bootSeconds],
    ['smoke test', forecast.smokeSeconds],
  ] as const;
  return parts.map(([name, seconds]) => `${name} ${duration(seconds * 1000)}`).join(', ');
};

const failureText = ({ failure, lastLines }: RehearsalView, screen: Screen): string =>
  failure === null
    ? ''
    : [
        `${screen.fail} ${printable(failure.message)}\n  ${printable(failure.hint)}`,
        ...lastLines.map((line) => `  ${screen.paint('dim', printable(line))}`),
      ].join('\n');

const reportParts = (report: RehearsalReport, screen: Screen): readonly string[] => [
  moduleTable(report, screen),
  lockTable('LOCKED TABLE', report.locks?.held ?? [], screen),
  lockTable('WAITED FOR', report.locks?.waits ?? [], screen),
  sizeTable('LARGEST TABLES', report.tables?.largest ?? [], screen),
  sizeTable('CHANGED MOST', report.tables?.changed ?? [], screen),
  lines('Errors in the log', report.update?.errors ?? []),
  lines('Warnings in the log', report.update?.warnings ?? []),
  [figuresText(report, screen), smokeText(report, screen)].filter((part) => part !== '').join('\n'),
];

export const rehearsalText = (view: RehearsalView, screen: Screen): string => {
  const { report, snapshot, productionSha } = view;
  const head = facts(screen, [
    ['Rehearsal', view.id],
    ['State', { text: view.state, colour: COLOURS[view.state] }],
    ['Release', `${shortSha(view.sha)} (${view.imageDigest.slice(0, 19)})`],
    ['Production', productionSha === null ? null : shortSha(productionSha)],
    ['On', snapshot && `${snapshot.id}, taken ${age(snapshot.takenAt, screen.now)}`],
    ['Took', `${duration(view.seconds * 1000)}, ended ${age(view.at, screen.now)}`],
    ['Forecast', report?.says ?? null],
    ['Of it', report && partsOf(report)],
  ]);
  const parts = [head, ...(report === null ? [] : reportParts(report, screen)), failureText(view, screen)];
  return parts.filter((part) => part !== '').join('\n\n');
};
