import type { TestCounts, Verdict } from '@slipway/contracts/views';
import { type LogRecord, parseLog, reasonOf, TRACEBACK } from './log-records.ts';

export interface LogJudgement {
  readonly verdict: Verdict;
  /** Whether the modules are in the database; failing tests do not take that back. */
  readonly installed: boolean;
  /** As Odoo's --test-tags takes them: `/shop_order:TestShopOrder.test_total`. */
  readonly failingTests: readonly string[];
  /** Null: this run was not asked for tests, or ended before it could count them. */
  readonly tests: TestCounts | null;
  readonly warnings: readonly string[];
  /** What went wrong, the cause first. */
  readonly errors: readonly string[];
  /** The module that could not be installed or updated. */
  readonly failedModule: string | null;
  readonly summary: string;
}

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

/** Green, yellow or red from the log and the exit code, by the checks that Odoo's own runbot uses. */
export const judgeLog = (lines: readonly string[], exitCode: number): LogJudgement => {
  const records = parseLog(lines);
  const bad = records.filter(isBad);
  const failingTests = [...new Set(bad.flatMap(failingTest))];
  const tests = countTests(records, failingTests.length);
  const installed =
    records.some(({ message }) => LOADED.test(message)) &&
    records.some(({ message }) => message.startsWith('Initiating shutdown')) &&
    !records.some(({ message }) => SERIOUS_WARNING.test(message)) &&
    (exitCode === 0 || (tests?.failed ?? 0) > 0);
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

const countTests = (records: readonly LogRecord[], failing: number): TestCounts | null => {
  const summaries = records.flatMap(({ message }) => {
    const [, failed, errors, run] = TEST_SUMMARY.exec(message) ?? [];
    return run === undefined ? [] : [{ run: Number(run), failed: Number(failed) + Number(errors) }];
  });
  if (summaries.length === 0 && failing === 0) return null;
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
  readonly tests: TestCounts | null;
  readonly warnings: number;
  readonly errors: number;
  readonly module: string | null;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const summaryOf = (facts: SummaryFacts): string => {
  if (!facts.installed)
    return facts.module === null ? 'the modules could not be installed' : `${facts.module} could not be installed`;
  const { run, failed } = facts.tests ?? { run: 0, failed: 0 };
  const tests = run === 0 ? 'no tests' : `${count(run, 'test')}, ${failed} failed`;
  return `${tests}, ${count(facts.warnings, 'warning')}, ${count(facts.errors, 'error')}`;
};
