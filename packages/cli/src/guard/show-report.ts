import type { Finding } from '@slipway/guards/guard';
import type { Report } from '@slipway/guards/report/report';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';

const MARK = { error: 'fail', warning: 'warn', note: 'dot' } as const;
const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** By file; why a rule is one is said where it comes up first. */
export const reportText = (report: Report, screen: Screen): string => {
  const why = new Map(report.rules.map(({ id, why: says }) => [id, says]));
  const lines: string[] = [];
  let file: string | null = null;
  for (const finding of report.findings) {
    if (finding.file !== file)
      lines.push(...(file === null ? [] : ['']), screen.paint('bold', printable(finding.file)));
    file = finding.file;
    lines.push(...findingLines(finding, why.get(finding.rule), screen));
    why.delete(finding.rule);
  }
  return [...lines, ...(lines.length > 0 ? [''] : []), summary(report, screen)].join('\n');
};

const findingLines = (finding: Finding, why: string | undefined, screen: Screen): string[] => {
  const { severity, line, column, rule, message, fix } = finding;
  return [
    `  ${screen[MARK[severity]]} ${line}:${column} ${printable(message)}  ${screen.paint('dim', rule)}`,
    `      ${printable(fix)}`,
    ...(why === undefined ? [] : [`      ${screen.paint('dim', `Why: ${why}`)}`]),
  ];
};

const summary = ({ ok, files, guards, findings, suppressed }: Report, screen: Screen): string => {
  const count = (severity: Finding['severity']): number => findings.filter((each) => each.severity === severity).length;
  const parts = [
    counted(count('error'), 'error'),
    counted(count('warning'), 'warning'),
    counted(count('note'), 'note'),
    ...(suppressed.length > 0 ? [`${suppressed.length} suppressed`] : []),
  ];
  const failed = guards.filter(({ errors }) => errors > 0).map(({ id }) => id);
  const verdict = ok ? `${counted(guards.length, 'guard')} passed` : `failed: ${failed.join(', ')}`;
  return `${ok ? screen.ok : screen.fail} ${counted(files, 'file')}: ${parts.join(', ')} (${verdict}).`;
};
