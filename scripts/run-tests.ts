/** Runs types, lint, import graph and every vitest project, says by name what failed, then prints one plain line: `N passed, N failed`. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { type Failed, type Outcome, outcomeOf } from './test-report.ts';
import { openScratch } from './test-scratch.ts';

const CHECKS: readonly (readonly [name: string, command: string, parameters: readonly string[]])[] = [
  ['types', 'tsc', ['--noEmit', '-p', 'tsconfig.json']],
  ['lint', 'biome', ['check', '--diagnostic-level=error', '.']],
  ['import graph', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'packages', '--output-type', 'err']],
];
/** More than this many files that fail are no matter of a busy machine: they are not tried again. */
const FILES_TRIED_AGAIN = 8;

const scratch = openScratch();
const env = scratch === null ? process.env : { ...process.env, TMPDIR: scratch.folder };

/** Whether it ended with 0. What speaks does so as it goes; what else is said comes in one piece, so that lines of two do not mix. */
const run = async (name: string, command: string, parameters: readonly string[], speaks: boolean): Promise<boolean> => {
  const output = speaks ? 'inherit' : 'pipe';
  const child = spawn(command, parameters, { stdio: ['ignore', output, output], env });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => said.push(bytes));
  const ok = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false)).once('close', (code) => resolve(code === 0));
  });
  if (!speaks) process.stdout.write(Buffer.concat([Buffer.from(`» ${name}\n`), ...said]));
  return ok;
};

const vitest = async (
  projects: readonly string[],
  speaks: boolean,
  files: readonly string[] = [],
): Promise<Outcome> => {
  const report = `.slipway/test-report-${files.length > 0 ? 'again' : projects[0]}.json`;
  rmSync(report, { force: true });
  const chosen = projects.flatMap((name) => ['--project', name]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return outcomeOf(
    report,
    await run(projects.join(', '), 'vitest', ['run', ...files, ...chosen, ...reporters], speaks),
  );
};

/** What computes most of the time, beside what waits for Docker and Odoo most of the time. */
const withoutOdoo = async (): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const [name, command, parameters] of CHECKS) {
    const ok = await run(name, command, parameters, false);
    outcomes.push(ok ? { passed: 1, failed: [] } : { passed: 0, failed: [{ file: '', test: name, why: 'see above' }] });
  }
  outcomes.push(await vitest(['unit', 'architecture', 'postgres', 'web'], false));
  return outcomes;
};

const PROJECTS = ['unit', 'architecture', 'postgres', 'web', 'chaos', 'docker'];

const tell = (failed: readonly Failed[]): void => {
  for (const { file, test, why } of failed) console.log(`  ${[file, test, why].filter(Boolean).join(' · ')}`);
};

/** Files that failed beside everything else, once more with the machine to themselves. What holds then is counted as passed, and named. */
const tryAgain = async (first: Outcome): Promise<Outcome> => {
  const files = [...new Set(first.failed.map(({ file }) => file))];
  if (files.length === 0 || files.length > FILES_TRIED_AGAIN || files.includes('')) return first;
  console.log('» these failed beside the other tests, and are run once more, alone:');
  tell(first.failed);
  const again = await vitest(PROJECTS, true, files);
  if (again.failed.some(({ file }) => file === '')) return first;
  const still = new Set(again.failed.map(({ file, test }) => `${file} ${test}`));
  const held = first.failed.filter(({ file, test }) => !still.has(`${file} ${test}`));
  if (held.length > 0) console.log('» held only when run again, alone; each of them wants a look:');
  tell(held);
  return { passed: first.passed + held.length, failed: again.failed };
};

mkdirSync('.slipway', { recursive: true });
if (scratch !== null) console.log(`» files of tests are in memory: ${scratch.folder}`);
console.log('» tests with Odoo; types, lint, import graph and tests without it at the same time');
const outcomes = (await Promise.all([vitest(['docker'], true), vitest(['chaos'], false), withoutOdoo()])).flat();
const first = {
  passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
  failed: outcomes.flatMap(({ failed }) => failed),
};
const { passed, failed } = await tryAgain(first);
scratch?.remove();
if (failed.length > 0) console.log('» failed:');
tell(failed);
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
