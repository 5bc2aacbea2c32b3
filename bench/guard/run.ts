/** What the guards cost beside reading every file, in turns. `node bench/guard/run.ts [rounds]`; writes results.md. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GUARDS } from '@slipway/guards/registry';
import { judged, load, machine, quantile, row } from '../shared/figures.ts';
import { writeRepository } from './repository.ts';

const run = promisify(execFile);
const ROUNDS = Number(process.argv[2] ?? 7);
const MODULES = 500;
const CLI = join(import.meta.dirname, '../../packages/cli/src/main.ts');

interface Once {
  readonly files: number;
  readonly count: number;
  readonly milliseconds: number;
  readonly megabytes: number;
}

const before = load();
const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
const once = async (what: 'read' | 'guard'): Promise<Once> => {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'once.ts'), what, folder]);
  return JSON.parse(stdout) as Once;
};
const command = async (): Promise<number> => {
  const began = performance.now();
  await run(process.execPath, [CLI, 'guard', '--json'], { cwd: folder, maxBuffer: 2 ** 26 });
  return performance.now() - began;
};
try {
  const files = await writeRepository(folder, MODULES);
  // One go of each that does not count: the files are in the memory of the system from then on.
  await once('read');
  await once('guard');
  const [reads, guards, commands]: [Once[], Once[], number[]] = [[], [], []];
  for (let i = 0; i < ROUNDS; i += 1) {
    reads.push(await once('read'));
    guards.push(await once('guard'));
    commands.push(await command());
  }
  const findings = guards[0]?.count ?? Number.NaN;
  if (findings !== 0) throw new Error(`the repository is clean, but ${findings} things were found`);
  const seconds = (values: readonly number[]): string => `${(quantile(values, 0.5) / 1000).toFixed(2)} s`;
  const range = (values: readonly number[]): string =>
    `${(Math.min(...values) / 1000).toFixed(2)} to ${(Math.max(...values) / 1000).toFixed(2)} s`;
  const [read, guard] = [reads, guards].map((all) => all.map(({ milliseconds }) => milliseconds)) as [
    number[],
    number[],
  ];
  const memory = Math.max(...guards.map(({ megabytes }) => megabytes));
  const least = Math.max(...reads.map(({ megabytes }) => megabytes));
  const slowest = quantile(commands, 0.5);
  const text = [
    '# Guards',
    '',
    `Made by \`node bench/guard/run.ts\`. ${machine(before)}. ${files} files in ${MODULES} modules, nothing wrong in them; ${ROUNDS} rounds in turns, files in the system's memory. Guards: ${GUARDS.map(({ id }) => id).join(', ')}.`,
    '',
    row('what', 'median', 'range', 'aim'),
    row('---', '---', '---', '---'),
    row('listing and reading every file', seconds(read), range(read), ''),
    row('listing, and all guards', seconds(guard), range(guard), ''),
    row('ratio', (quantile(guard, 0.5) / quantile(read, 0.5)).toFixed(2), '', ''),
    row(
      '`slipway guard --json`, from start to end',
      seconds(commands),
      range(commands),
      `< 3 s: ${judged(slowest < 3000)}`,
    ),
    row(
      'memory at its most',
      `${memory.toFixed(0)} MB`,
      `${least.toFixed(0)} MB to read`,
      `< 300 MB: ${judged(memory < 300)}`,
    ),
    '',
  ].join('\n');
  await writeFile(join(import.meta.dirname, 'results.md'), text);
  console.log(text);
} finally {
  await rm(folder, { recursive: true, force: true });
}
