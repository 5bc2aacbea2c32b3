/** Runs types, lint, import graph and every vitest project, then prints one plain line: `N passed, N failed`. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

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

/** What waits for Docker and Odoo most of the time, beside what computes most of the time. */
const halves: readonly (readonly [string, readonly string[]])[] = [
  ['with Odoo', ['docker']],
  ['without', ['unit', 'architecture', 'postgres']],
];

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
}

/** The first half speaks as it goes; what the other says comes in one piece, so that their lines do not mix. */
const vitest = async (projects: readonly string[], speaks: boolean): Promise<void> => {
  const report = `.slipway/test-report-${projects[0]}.json`;
  rmSync(report, { force: true });
  const parameters = ['run', ...projects.flatMap((name) => ['--project', name]), '--reporter=default'];
  const child = spawn('vitest', [...parameters, '--reporter=json', `--outputFile.json=${report}`], {
    stdio: ['ignore', speaks ? 'inherit' : 'pipe', speaks ? 'inherit' : 'pipe'],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => said.push(bytes));
  const ok = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false)).once('close', (code) => resolve(code === 0));
  });
  process.stdout.write(Buffer.concat(said));
  count(report, ok);
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

mkdirSync('.slipway', { recursive: true });
console.log(`» tests, ${halves.map(([name]) => name).join(' and ')} at the same time`);
await Promise.all(halves.map(([, projects], index) => vitest(projects, index === 0)));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
