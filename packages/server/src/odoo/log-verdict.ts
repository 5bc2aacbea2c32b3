import type { Verdict } from '@slipway/contracts/views';

export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

export interface LogRecord {
  readonly level: LogLevel;
  readonly logger: string;
  readonly database: string;
  /** With the lines that followed, such as a traceback. */
  readonly message: string;
}

const HEAD = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) (\S+) ([\w.]+): (.*)$/;

/** Odoo's log as records; lines without a head belong to the record before. */
export const parseLog = (lines: readonly string[]): LogRecord[] => {
  const records: { level: LogLevel; logger: string; database: string; message: string }[] = [];
  for (const line of lines) {
    const head = HEAD.exec(line);
    if (head !== null)
      records.push({ level: head[1] as LogLevel, database: head[2] ?? '?', logger: head[3] ?? '', message: head[4] ?? '' });
    else {
      const last = records.at(-1);
      if (last !== undefined) last.message += `\n${line}`;
      // What Python says before logging is set up is never good news.
      else if (/Error|Traceback/.test(line)) records.push({ level: 'ERROR', logger: '', database: '?', message: line });
    }
  }
  return records;
};

export interface LogJudgement {
  readonly verdict: Verdict;
  /** Whether the modules are in the database; failing tests do not take that back. */
  readonly installed: boolean;
  readonly failingTests: readonly string[];
  readonly tests: { readonly run: number; readonly failed: number };
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  readonly failedModule: string | null;
  readonly summary: string;
}

/** Warnings that a clean Odoo writes itself; each with the reason why it says nothing about the modules under test. */
const HARMLESS: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /unaccent/i, why: 'the extension is a convenience of the database server' },
  { pattern: /wkhtmltopdf|Wkhtmltopdf/, why: 'PDF rendering is a property of the image, not of a module' },
  { pattern: /Python 3\.\d+ (is not|has not been)/i, why: 'which Python runs is decided by the base image' },
];

const TEST_FAILED = /^(?:FAIL|ERROR): (\S+)/;
const TEST_SUMMARY = /(\d+) failed, (\d+) error\(s\) of (\d+) tests/;

/** Green, yellow or red from the log and the exit code, by the checks that Odoo's own runbot uses. */
export const judgeLog = (lines: readonly string[], exitCode: number): LogJudgement => {
  const records = parseLog(lines);
  const failingTests = [...new Set(records.flatMap(({ message }) => TEST_FAILED.exec(message)?.[1] ?? []))];
  const bad = records.filter(({ level, message }) => level === 'ERROR' || level === 'CRITICAL' || message.includes('\nTraceback (most recent'));
  const errors = bad.map(({ message }) => lastMeaningfulLine(message));
  const warnings = records
    .filter(({ level, message }) => level === 'WARNING' && !HARMLESS.some(({ pattern }) => pattern.test(message)))
    .map(({ message }) => message.split('\n')[0] ?? '');
  const loaded = records.some(({ message }) => message.startsWith('Modules loaded.'));
  const ended = records.some(({ message }) => message.startsWith('Initiating shutdown'));
  const testsFailed = failingTests.length > 0 || records.some(({ message }) => failedCount(message) > 0);
  const installed = loaded && ended && (exitCode === 0 || testsFailed);
  const red = !installed || bad.length > 0 || exitCode !== 0;
  const verdict = red ? 'red' : warnings.length > 0 ? 'yellow' : 'green';
  const tests = countTests(records, failingTests.length);
  return {
    verdict,
    installed,
    failingTests,
    tests,
    warnings,
    errors,
    failedModule: installed ? null : failedModule(records),
    summary: summary({ installed, tests, warnings: warnings.length, errors: errors.length }),
  };
};

const failedCount = (message: string): number => {
  const found = TEST_SUMMARY.exec(message);
  return found === null ? 0 : Number(found[1]) + Number(found[2]);
};

const countTests = (records: readonly LogRecord[], failing: number): { run: number; failed: number } => {
  const run = records.flatMap(({ message }) => TEST_SUMMARY.exec(message)?.[3] ?? []).reduce((sum, count) => sum + Number(count), 0);
  const failed = records.reduce((sum, { message }) => sum + failedCount(message), 0);
  return { run: Math.max(run, failing), failed: Math.max(failed, failing) };
};

/** Of a traceback the last line says what happened; of anything else the first. */
const lastMeaningfulLine = (message: string): string => {
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  if (!message.includes('Traceback (most recent')) return lines[0] ?? '';
  return [...lines].reverse().find((line) => /^\S/.test(line)) ?? lines[0] ?? '';
};

/** The module whose loading was announced last before the end. */
const failedModule = (records: readonly LogRecord[]): string | null => {
  const announced = records.flatMap(({ message }) => /^(?:Loading module|Module) (\w+)/.exec(message)?.[1] ?? []);
  return announced.at(-1) ?? null;
};

const summary = (facts: { installed: boolean; tests: { run: number; failed: number }; warnings: number; errors: number }): string => {
  if (!facts.installed) return 'the modules could not be installed';
  const tests = facts.tests.run === 0 ? 'no tests' : `${facts.tests.run} tests, ${facts.tests.failed} failed`;
  return `${tests}, ${facts.warnings} warnings, ${facts.errors} errors`;
};
