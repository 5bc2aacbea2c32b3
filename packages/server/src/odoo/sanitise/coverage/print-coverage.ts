import { type CoverageReport, type CoveredColumn, doubtful, printHits, undecided } from './coverage.ts';

/** The report as people read it: the sums, what has to be decided, what to look at, then every column. */
export const printCoverage = (report: CoverageReport): string => {
  const { columns } = report;
  const count = (test: (one: CoveredColumn) => boolean): number => columns.filter(test).length;
  const lines = [
    `Personal data in ${report.database}: ${columns.length} columns that can hold text, rules ${report.rules}`,
    '',
    ...(['personal', 'secret', 'not-personal', 'unknown'] as const).map(
      (kind) =>
        `  ${kind.padEnd(13)} ${pad(count((one) => one.class === kind && one.fate === 'masked'))} masked ${pad(count((one) => one.class === kind && one.fate === 'kept'))} kept ${pad(count((one) => one.class === kind && one.fate === 'left-out'))} left out with their table`,
    ),
    '',
    ...section('To decide: no rule knows these columns, and they hold what looks personal', undecided(report)),
    ...section('To look at: kept by a rule, and some values look personal', doubtful(report)),
    'Every column: table.column, model, rows, class, rule, what becomes of it',
    ...columns.map(
      (one) =>
        `  ${`${one.table}.${one.column}`.padEnd(56)} ${(one.model ?? '-').padEnd(32)} ${pad(one.rows, 9)}  ${one.class.padEnd(12)} ${one.rule.padEnd(20)} ${one.fate}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
};

const section = (title: string, columns: readonly CoveredColumn[]): readonly string[] =>
  columns.length === 0
    ? []
    : [
        title,
        ...columns.map(
          (one) =>
            `  ${`${one.table}.${one.column}`.padEnd(56)} ${one.rule.padEnd(16)} ${printHits(one.looksLike ?? {})}`,
        ),
        '',
      ];

const pad = (value: number, width = 5): string => String(value).padStart(width);
