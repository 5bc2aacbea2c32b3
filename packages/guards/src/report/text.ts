/** A report as plain lines, for a file: one finding each, with what to do below it. */
import type { BoundedReport } from './bounded.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: names and messages are strangers'; what a terminal acts on, or what breaks or reorders a line, is taken out.
const ACTIVE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const plain = (text: string): string => text.replace(ACTIVE, ' ');

export const reportLines = (report: BoundedReport): string => {
  const { files, guards, findings, suppressed } = report;
  const lines = findings.flatMap(({ file, line, column, severity, rule, message, fix }) => [
    plain(`${file}:${line}:${column} ${severity} ${message} [${rule}]`),
    `    ${plain(fix)}`,
  ]);
  const accepted = suppressed.map(({ finding: { file, line, rule }, reason, until }) =>
    plain(`accepted until ${until}: ${file}:${line} [${rule}] ${reason}`),
  );
  const counts = guards.map(
    ({ id, errors, warnings, notes }) => `${id}: ${errors} errors, ${warnings} warnings, ${notes} notes`,
  );
  const more = report.left_out === undefined ? [] : [`and ${report.left_out} more that are not listed`];
  return [...lines, ...accepted, ...more, `${files} files looked at`, ...counts, ''].join('\n');
};
