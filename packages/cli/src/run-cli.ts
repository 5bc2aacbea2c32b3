import { Failure } from '@slipway/contracts/failure';
import { CommanderError } from 'commander';
import { EXIT_CODES, type ExitName } from './exit-codes.ts';
import { Interrupted } from './interrupted.ts';
import type { Io } from './io.ts';
import { printProblem } from './print-problem.ts';
import { buildProgram } from './program.ts';
import { COMMANDS } from './registry.ts';
import { type Globals, Session } from './session.ts';

const HELP = new Set(['commander.helpDisplayed', 'commander.version']);

const isInterrupted = (io: Io, error: unknown): boolean =>
  error instanceof Interrupted ||
  (io.signal.aborted && (!(error instanceof Failure) || error.code === 'server-unreachable'));

/** What an exception of commander means; help asked for is no problem. */
const usageOf = (error: CommanderError): Failure | null => {
  if (HELP.has(error.code)) return null;
  if (error.code === 'commander.help')
    return new Failure('usage', { reason: 'Say what to do: the commands are listed above.' });
  // Words too many are not repeated: one of them may be the value of a secret.
  const message =
    error.code === 'commander.excessArguments' ? error.message.replace(/(got \d+): .*/s, '$1') : error.message;
  const sentence = message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/s, '. Did you mean $1?');
  return new Failure('usage', { reason: sentence.replace(/(?<![.?])$/, '.') });
};

/** `preview open` of a command line, or what there is of it: whose help to name. */
const commandIn = (argv: readonly string[]): string => {
  const words = COMMANDS.map(({ path }) => path.split(' '));
  for (const [i, word] of argv.entries()) {
    const verb = words.find(([noun, name]) => noun === word && (name === undefined || name === argv[i + 1]));
    if (verb !== undefined) return verb.join(' ');
    if (words.some(([noun]) => noun === word)) return word;
  }
  return '';
};

/** Runs one command line (`argv` without node and script) and returns the process's exit code. Never throws. */
export const runCli = async (argv: readonly string[], io: Io): Promise<number> => {
  let exit: ExitName | number = 'ok';
  // Before anything is parsed: a problem with the command line itself is to be JSON too.
  let globals: Globals = {
    json: argv.includes('--json'),
    debug: argv.includes('--debug'),
    color: !argv.includes('--no-color'),
  };
  const writers = {
    out: (text: string) => void io.stdout.write(text),
    err: (text: string) => void (globals.json || io.stderr.write(text)),
    columns: io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : 100,
  };
  const program = buildProgram(COMMANDS, writers, async (command, input, chosen) => {
    globals = chosen;
    exit = await command.execute(input, new Session(io, chosen, program));
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (thrown) {
    if (isInterrupted(io, thrown)) return EXIT_CODES.interrupted.code;
    const error = thrown instanceof CommanderError ? usageOf(thrown) : thrown;
    if (error !== null) exit = printProblem(io, error, { ...globals, command: commandIn(argv) });
  }
  return typeof exit === 'number' ? exit : EXIT_CODES[exit].code;
};
