/** Runs types, lint, import graph and every vitest project, then prints one plain line: `N passed, N failed`. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

const CHECKS: readonly (readonly [name: string, command: string, parameters: readonly string[]])[] = [
  ['types', 'tsc', ['--noEmit', '-p', 'tsconfig.json']],
  ['lint', 'biome', ['check', '--diagnostic-level=error', '.']],
  ['import graph', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'packages', '--output-type', 'err']],
];

let passed = 0;
let failed = 0;

/** Whether it ended with 0. What speaks does so as it goes; what else is said comes in one piece, so that lines of two do not mix. */
const run = async (name: string, command: string, parameters: readonly string[], speaks: boolean): Promise<boolean> => {
  const output = speaks ? 'inherit' : 'pipe';
  const child = spawn(command, parameters, { stdio: ['ignore', output, output] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => said.push(bytes));
  const ok = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false)).once('close', (code) => resolve(code === 0));
  });
  if (!speaks) process.stdout.write(Buffer.concat([Buffer.from(`» ${name}\n`), ...said]));
  return ok;
};

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

const vitest = async (projects: readonly string[], speaks: boolean): Promise<void> => {
  const report = `.slipway/test-report-${projects[0]}.json`;
  rmSync(report, { force: true });
  const parameters = ['run', ...projects.flatMap((name) => ['--project', name]), '--reporter=default'];
  const more = ['--reporter=json', `--outputFile.json=${report}`];
  count(report, await run(projects.join(', '), 'vitest', [...parameters, ...more], speaks));
};

const count = (path: string, ok: boolean): void => {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
    passed += report.numPassedTests;
    failed += report.numFailedTests;
    // A file that does not even load, or a leak in a teardown, has no failed test of its own.
    if (!ok && report.numFailedTests === 0) failed += Math.max(1, report.numFailedTestSuites);
  } catch {
    failed++;
  }
};

/** What computes most of the time, beside what waits for Docker and Odoo most of the time. */
const withoutOdoo = async (): Promise<void> => {
  for (const [name, command, parameters] of CHECKS) {
    if (await run(name, command, parameters, false)) passed++;
    else failed++;
  }
  await vitest(['unit', 'architecture', 'postgres', 'web'], false);
};

mkdirSync('.slipway', { recursive: true });
console.log('» tests with Odoo; types, lint, import graph and tests without it at the same time');
await Promise.all([vitest(['docker'], true), vitest(['chaos'], false), withoutOdoo()]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
