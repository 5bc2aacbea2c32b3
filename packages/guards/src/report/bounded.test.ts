import { expect, it } from 'vitest';
import type { Finding } from '../guard.ts';
import { boundedReport } from './bounded.ts';
import type { Report } from './report.ts';
import { summaryOf } from './summary.ts';
import { reportLines } from './text.ts';

const finding = (severity: Finding['severity'], line: number, message = 'wrong'): Finding => ({
  rule: `manifests/${severity}`,
  severity,
  file: 'a.py',
  line,
  column: 1,
  message,
  fix: 'Mend it.',
});
const FINDINGS = [finding('note', 1), finding('warning', 2), finding('error', 3), finding('error', 4)];
const REPORT: Report = {
  ok: false,
  files: 9,
  guards: [{ id: 'manifests', title: 'Manifests', errors: 2, warnings: 1, notes: 1 }],
  findings: FINDINGS,
  suppressed: [{ finding: finding('error', 5), reason: 'known', until: '2026-12-01' }],
  rules: [],
};

it('A report of an ordinary size is kept as it is', () => {
  expect(boundedReport(REPORT)).toBe(REPORT);
});

it('Of a report that is too large errors are kept first, in the order in which they were, and the rest is counted', () => {
  const most = JSON.stringify(FINDINGS[1]).length * 3;
  const bounded = boundedReport(REPORT, most);

  expect(bounded.findings.map(({ line }) => line)).toEqual([2, 3, 4]);
  expect(bounded.left_out).toBe(2);
  expect(reportLines(bounded)).toContain('and 2 more that are not listed');
});

it('The summary counts all, and tells errors first, each of a bounded length', () => {
  const summary = summaryOf({ ...REPORT, findings: [...FINDINGS, finding('error', 6, 'x'.repeat(1000))] });

  expect(summary).toMatchObject({ errors: 2, warnings: 1, notes: 1, unfinished: null });
  expect(summary.first.map(({ severity, line }) => `${severity} ${line}`)).toEqual([
    'error 3',
    'error 4',
    'error 6',
    'warning 2',
    'note 1',
  ]);
  expect(summary.first[2]?.message).toHaveLength(300);
});

it('The text has a line for each finding with its place, and no name of a file can add one', () => {
  const hostile = { ...finding('error', 3), file: 'a\nb\u202e.py' };

  expect(reportLines({ ...REPORT, findings: [hostile] }).split('\n')).toEqual([
    'a b .py:3:1 error wrong [manifests/error]',
    '    Mend it.',
    'accepted until 2026-12-01: a.py:5 [manifests/error] known',
    '9 files looked at',
    'manifests: 2 errors, 1 warnings, 1 notes',
    '',
  ]);
});
