import type { Command as Commander } from 'commander';
import { buildProgram } from './program.ts';
import { COMMANDS } from './registry.ts';

/** Commander's tree, to be read and not to be run: for the reference and for tests. */
export const describeProgram = (): Commander =>
  buildProgram(COMMANDS, { out: () => {}, err: () => {}, columns: 100 }, async () => {});
