import type { Verdict } from '@slipway/contracts/views';
<<<<<<< HEAD

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
=======
import { type LogRecord, parseLog, reasonOf, TRACEBACK } from './log-records.ts';
>>>>>>> odoo

export interface LogJudgement {
  readonly verdict: Verdict;
  /** Whether the modules are in the database; failing tests do not take that back. */
  readonly installed: boolean;
<<<<<<< HEAD
  readonly failingTests: readonly string[];
  readonly tests: { readonly run: number; readonly failed: number };
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
=======
  /** As Odoo's --test-tags takes them: `/shop_order:TestShopOrder.test_total`. */
  readonly failingTests: readonly string[];
  readonly tests: { readonly run: number; readonly failed: number };
  readonly warnings: readonly string[];
  /** What went wrong, the cause first. */
  readonly errors: readonly string[];
  /** The module that could not be installed or updated. */
>>>>>>> odoo
  readonly failedModule: string | null;
  readonly summary: string;
}

<<<<<<< HEAD
/** Warnings that a clean Odoo writes itself; each with the reason why it says nothing about the modules under test. */
const HARMLESS: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /unaccent/i, why: 'the extension is a convenience of the database server' },
  { pattern: /wkhtmltopdf|Wkhtmltopdf/, why: 'PDF rendering is a property of the image, not of a module' },
  { pattern: /Python 3\.\d+ (is not|has not been)/i, why: 'which Python runs is decided by the base image' },
];

const TEST_FAILED = /^(?:FAIL|ERROR): (\S+)/;
const TEST_SUMMARY = /(\d+) failed, (\d+) error\(s\) of (\d+) tests/;
=======
/** Warnings that say nothing about the modules under test; each with the reason. */
export const HARMLESS_WARNINGS: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  { pattern: /^Unable to create PostgreSQL extensions/, why: 'extensions are a matter of the database server' },
  { pattern: /wkhtmltopdf/i, why: 'PDF rendering is a property of the image, not of a module' },
  {
    pattern: /^0 failed, 0 error\(s\) of 0 tests/,
    why: 'a module without tests is not a worse module; the count says so',
  },
  { pattern: /^Transient module states were reset/, why: 'follows from an error that is counted itself' },
  { pattern: /^Python 3\.\d+ (is not|has not been)/i, why: 'which Python runs is decided by the base image' },
];

/** Only a warning to Odoo, which then ends with 0; but what was asked for did not happen. */
const SERIOUS_WARNING = /^invalid module names, ignored/;

const LOADED = /^(Modules loaded\.|At least one test failed when loading the modules\.)/;
const TEST_SUMMARY = /^(\d+) failed, (\d+) error\(s\) of (\d+) tests/;

const isBad = ({ level, message }: LogRecord): boolean =>
  level === 'ERROR' || level === 'CRITICAL' || message.includes(`\n${TRACEBACK}`) || SERIOUS_WARNING.test(message);
>>>>>>> odoo

/** Green, yellow or red from the log and the exit code, by the checks that Odoo's own runbot uses. */
export const judgeLog = (lines: readonly string[], exitCode: number): LogJudgement => {
  const records = parseLog(lines);
<<<<<<< HEAD
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
=======
  const bad = records.filter(isBad);
  const failingTests = [...new Set(bad.flatMap(failingTest))];
  const tests = countTests(records, failingTests.length);
  const installed =
    records.some(({ message }) => LOADED.test(message)) &&
    records.some(({ message }) => message.startsWith('Initiating shutdown')) &&
    !records.some(({ message }) => SERIOUS_WARNING.test(message)) &&
    (exitCode === 0 || tests.failed > 0);
  const warnings = records
    .filter((record) => record.level === 'WARNING' && !isBad(record))
    .map(({ message }) => message);
  const counted = warnings.filter((message) => !HARMLESS_WARNINGS.some(({ pattern }) => pattern.test(message)));
  const errors = errorsOf(bad);
  const red = !installed || bad.length > 0 || exitCode !== 0;
  return {
    verdict: red ? 'red' : counted.length > 0 ? 'yellow' : 'green',
    installed,
    failingTests,
    tests,
    warnings: counted.map(reasonOf),
    errors: errors.length > 0 || !red ? errors : [silentEnd(exitCode)],
    failedModule: installed ? null : failedModule(records),
    summary: summaryOf({
      installed,
      tests,
      warnings: counted.length,
      errors: errors.length,
      module: failedModule(records),
    }),
  };
};

/** Odoo wraps the cause in lines such as "Failed to load registry": what was raised comes first. */
const errorsOf = (bad: readonly LogRecord[]): readonly string[] => {
  const raised = bad.filter(({ message }) => message.includes(TRACEBACK));
  const others = bad.filter(({ message }) => !message.includes(TRACEBACK));
  return [...new Set([...raised, ...others].map(({ message }) => reasonOf(message)))];
};

const silentEnd = (exitCode: number): string =>
  exitCode === 0 ? 'Odoo ended before it had loaded the modules' : `Odoo ended with exit code ${exitCode}`;

/** `FAIL: TestShopOrder.test_total`, `ERROR: Subtest TestA.test_b (n=1)`, `ERROR: setUpClass (odoo.addons.shop.tests.test_a.TestA)`. */
const failingTest = ({ logger, message }: LogRecord): readonly string[] => {
  const [, name] = /^(?:FAIL|ERROR): (?:Subtest )?(\S+(?: \(odoo\.\S+\))?)/.exec(message) ?? [];
  if (name === undefined) return [];
  const module = /^odoo\.addons\.(\w+)/.exec(logger)?.[1] ?? /odoo\.addons\.(\w+)/.exec(name)?.[1];
  const test = name.replace(/^\S+ \(odoo\.\S*\.(\w+)\)$/, '$1');
  return [module === undefined ? test : `/${module}:${test}`];
};

const countTests = (records: readonly LogRecord[], failing: number): { run: number; failed: number } => {
  const summaries = records.flatMap(({ message }) => {
    const [, failed, errors, run] = TEST_SUMMARY.exec(message) ?? [];
    return run === undefined ? [] : [{ run: Number(run), failed: Number(failed) + Number(errors) }];
  });
  const sum = (pick: 'run' | 'failed'): number => summaries.reduce((total, each) => total + each[pick], 0);
  return { run: Math.max(sum('run'), failing), failed: Math.max(sum('failed'), failing) };
};

/** The module whose loading was announced and never finished, or that Odoo names in its refusal. */
const failedModule = (records: readonly LogRecord[]): string | null => {
  const finished = new Set(records.flatMap(({ message }) => /^Module (\w+) loaded in/.exec(message)?.[1] ?? []));
  const announced = records.flatMap(({ message }) => /^Loading module (\w+)/.exec(message)?.[1] ?? []);
  const named = records.flatMap(
    ({ message }) =>
      /module [“"](\w+)[”"] that depends|Couldn't load module (\w+)|module names, ignored: (\w+)/
        .exec(message)
        ?.slice(1) ?? [],
  );
  return announced.findLast((name) => !finished.has(name)) ?? named.find((name) => name !== undefined) ?? null;
};

interface SummaryFacts {
  readonly installed: boolean;
  readonly tests: { readonly run: number; readonly failed: number };
  readonly warnings: number;
  readonly errors: number;
  readonly module: string | null;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const summaryOf = (facts: SummaryFacts): string => {
  if (!facts.installed)
    return facts.module === null ? 'the modules could not be installed' : `${facts.module} could not be installed`;
  const tests = facts.tests.run === 0 ? 'no tests' : `${count(facts.tests.run, 'test')}, ${facts.tests.failed} failed`;
  return `${tests}, ${count(facts.warnings, 'warning')}, ${count(facts.errors, 'error')}`;
>>>>>>> odoo
};
