import type { Region } from '../local/marked-region.ts';
import { PINS } from './pins.ts';
import { expression, indented } from './text.ts';

/** Step of a job: command lines of the CLI, with what they may use. */
export interface CliStep {
  readonly name: string;
  /** Variables by name; texts that people choose (branches, titles) come in this way and are never part of a command line. */
  readonly env?: Readonly<Record<string, string>>;
  readonly run: readonly string[];
}

export interface Job {
  readonly id: string;
  readonly name: string;
  readonly minutes: number;
  readonly needs?: string;
  readonly condition?: string;
  /** A GitHub environment: its rules (who approves) hold the job until they are met. */
  readonly environment?: string;
  /** Whether it talks to a server: then it is given its address and a token. */
  readonly server: boolean;
  /** Whether the checkout is to have the submodules too. */
  readonly submodules?: boolean;
  readonly steps: readonly CliStep[];
}

const SERVER = {
  SLIPWAY_SERVER: expression('vars.SLIPWAY_SERVER'),
  SLIPWAY_TOKEN: expression('secrets.SLIPWAY_TOKEN'),
};

const stepLines = ({ name, env = {}, run }: CliStep, server: boolean): readonly string[] => {
  const variables = Object.entries({ ...(server ? SERVER : {}), ...env });
  return [
    `- name: ${name}`,
    ...(variables.length === 0 ? [] : ['  env:', ...variables.map(([key, value]) => `    ${key}: ${value}`)]),
    ...(run.length === 1 ? [`  run: ${run[0]}`] : ['  run: |', ...indented(run, 4)]),
  ];
};

/** A job as it stands under `jobs`. */
const jobText = (job: Job): string =>
  indented(
    [
      `${job.id}:`,
      `  name: ${job.name}`,
      ...(job.needs === undefined ? [] : [`  needs: ${job.needs}`]),
      ...(job.condition === undefined ? [] : [`  if: ${job.condition}`]),
      '  runs-on: ubuntu-24.04',
      `  timeout-minutes: ${job.minutes}`,
      ...(job.environment === undefined ? [] : [`  environment: ${job.environment}`]),
      '  steps:',
      `    - uses: ${PINS.checkout}`,
      '      with:',
      '        persist-credentials: false',
      ...(job.submodules ? ['        submodules: recursive'] : []),
      '    - uses: ./.github/actions/slipway',
      '      with:',
      `        repository: ${expression('vars.SLIPWAY_REPOSITORY')}`,
      `        ref: ${expression('vars.SLIPWAY_REF')}`,
      ...job.steps.flatMap((step) => indented(stepLines(step, job.server), 4)),
    ],
    2,
  ).join('\n');

export const jobRegion = (job: Job): Region => ({ name: `job ${job.id}`, text: jobText(job) });

/** A job that is another workflow of this repository. */
export const callText = (id: string, name: string, file: string): string =>
  indented([`${id}:`, `  name: ${name}`, `  uses: ./${file}`], 2).join('\n');
