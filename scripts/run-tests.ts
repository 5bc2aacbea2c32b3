/** Runs types, lint, import graph and every vitest project, then prints one plain line: `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

const REPORT = '.slipway/test-report.json';

const run = (name: string, command: string, parameters: readonly string[]): boolean => {
  console.log(`» ${name}`);
  return spawnSync(command, parameters, { stdio: 'inherit' }).status === 0;
};

const checks: readonly (readonly [string, string, readonly string[]])[] = [
  ['types', 'tsc', ['--noEmit', '-p', 'tsconfig.json']],
  ['lint', 'biome', ['check', '--diagnostic-level=error', '.']],
  ['import graph', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'packages', '--output-type', 'err']],
];

let passed = 0;
let failed = 0;
for (const [name, command, parameters] of checks) {
  if (run(name, command, parameters)) passed++;
  else failed++;
}

mkdirSync('.slipway', { recursive: true });
rmSync(REPORT, { force: true });
const ok = run('tests', 'vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`]);
try {
  const report = JSON.parse(readFileSync(REPORT, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numFailedTestSuites: number;
  };
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  // A file that does not even load, or a leak in a teardown, has no failed test of its own.
  if (!ok && report.numFailedTests === 0) failed += Math.max(1, report.numFailedTestSuites);
} catch {
  failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && ok ? 0 : 1;
