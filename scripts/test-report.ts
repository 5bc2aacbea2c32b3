/** What vitest's JSON report says of the tests that did not hold. Its shape: https://vitest.dev/guide/reporters#json-reporter */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: 'passed' | 'failed';
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** One test that did not hold, or a file that did not load; `file` from the repository's root. */
export interface Failed {
  readonly file: string;
  readonly test: string;
  readonly why: string;
}

export interface Outcome {
  readonly passed: number;
  readonly failed: readonly Failed[];
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

const failedOf = ({ testResults }: Report): Failed[] =>
  testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const failed = assertionResults.filter((one) => one.status === 'failed');
    if (failed.length === 0 && status === 'failed') return [{ file, test: 'the file itself', why: firstLine(message) }];
    return failed.map((one) => ({ file, test: one.fullName, why: firstLine(one.failureMessages[0] ?? '') }));
  });

/** `ok`: whether vitest ended with 0. A run that failed with no test of its own to blame (a teardown, an error out of nowhere) counts as one failure. */
export const outcomeOf = (path: string, ok: boolean): Outcome => {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
    const failed = failedOf(report);
    if (!ok && failed.length === 0) failed.push({ file: '', test: path, why: 'the run failed outside of its tests' });
    return { passed: report.numPassedTests, failed };
  } catch {
    return { passed: 0, failed: [{ file: '', test: path, why: 'the run ended without a report' }] };
  }
};
