/** A report of which nobody's memory depends: whoever commits a hundred thousand mistakes gets the first of them told, and all counted. */
import type { Finding } from '../guard.ts';
import type { Report } from './report.ts';

export interface BoundedReport extends Report {
  /** How many findings, and accepted ones, are not listed; the counts of `guards` have them all. */
  readonly left_out?: number;
}

const ORDER = { error: 0, warning: 1, note: 2 } as const;
const MOST_CHARACTERS = 2 ** 20;

/** Errors before warnings before notes; among equals in the order of the report. */
export const worstFirst = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((one, other) => ORDER[one.severity] - ORDER[other.severity]);

/** The same report where it is of an ordinary size. */
export const boundedReport = (report: Report, most = MOST_CHARACTERS): BoundedReport => {
  const kept = new Set(fitting(worstFirst(report.findings), most));
  const suppressed = fitting(report.suppressed, most / 4);
  const leftOut = report.findings.length - kept.size + report.suppressed.length - suppressed.length;
  if (leftOut === 0) return report;
  return { ...report, findings: report.findings.filter((each) => kept.has(each)), suppressed, left_out: leftOut };
};

const fitting = <T>(all: readonly T[], most: number): readonly T[] => {
  let used = 0;
  const end = all.findIndex((each) => {
    used += JSON.stringify(each).length;
    return used > most;
  });
  return end === -1 ? all : all.slice(0, end);
};
