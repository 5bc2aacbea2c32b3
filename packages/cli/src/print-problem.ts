import { asFailure, Failure } from '@slipway/contracts/failure';
import { ServerRefusal } from './api/server-refusal.ts';
import { EXIT_CODES, type ExitName, exitOfError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { inertJson, printable, printableLines } from './output/printable.ts';
import { openScreen } from './output/screen.ts';

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly facts: object;
}

/** What the user is told of anything thrown: the problem in the words of the error table, and the exit code. */
export const describeProblem = (error: unknown): { readonly problem: Problem; readonly exit: ExitName } => {
  if (error instanceof ServerRefusal)
    return { problem: error.problem, exit: exitOfError(error.problem.code, error.status) };
  const id = error instanceof Error && !(error instanceof Failure) ? `cli: ${error.message}` : 'cli';
  const failure = asFailure(error, id);
  return { problem: failure.toJSON(), exit: exitOfError(failure.code) };
};

interface Options {
  readonly json: boolean;
  readonly debug: boolean;
  readonly color: boolean;
  /** The command that was called, as far as it is one: `preview open`. */
  readonly command: string;
}

/** To standard error: what happened, what to do, the code; the stack only with --debug. */
export const printProblem = (io: Io, error: unknown, options: Options): ExitName => {
  const { problem: found, exit } = describeProblem(error);
  // A problem with the command line: the help of the very command is nearer than the list of all.
  const own = found.code === 'usage' && options.command !== '';
  const problem = own ? { ...found, hint: `See \`slipway ${options.command} --help\`.` } : found;
  const screen = openScreen(io, io.stderr, options.color);
  if (options.json) io.stderr.write(`${inertJson(problem)}\n`);
  else {
    const code = screen.paint('dim', `${printable(problem.code)}, exit ${EXIT_CODES[exit].code}`);
    io.stderr.write(
      `${screen.fail} ${printableLines(problem.message)}\n  ${printableLines(problem.hint)}\n  (${code})\n`,
    );
  }
  if (options.debug) io.stderr.write(`${printableLines(stackOf(error))}\n`);
  return exit;
};

const stackOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
};
