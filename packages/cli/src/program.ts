/** Makes commander's tree out of the registry. Commander parses and explains; it decides nothing else. */
import { Argument, Command as Commander, Option } from 'commander';
import type { Command } from './command.ts';
import { EXIT_CODES } from './exit-codes.ts';
import type { Globals } from './session.ts';

export type Chosen = (command: Command, input: Record<string, unknown>, globals: Globals) => Promise<void>;

const NOUNS: Readonly<Record<string, string>> = {
  config: 'The file slipway.yaml.',
  ci: 'Workflows of the host of the repository.',
  preview: 'Previews: one running Odoo per pull request.',
  snapshot: 'Snapshots: sanitised copies of production, for staging and previews.',
  staging: "Staging: the next release on a sanitised copy of production's data.",
  promotion: 'Promotions: releases on their way to production.',
  'break-glass': 'Production, opened to shells for a time and a reason.',
  shells: 'Shells that are open, and those that were.',
  rehearsal: 'Rehearsals: updates carried out on a copy of production first.',
  backup: 'Backups: encrypted copies of production, and the proof that they can be restored.',
  env: 'Environments: where a release runs.',
  build: 'Builds: a commit made into an image.',
  run: 'Runs: one execution of a plan, step by step.',
  evidence: 'Evidence: what was asked and answered, and that nobody changed it.',
  image: 'Base images with Odoo in them.',
  secret: 'Secrets by project and stage.',
  token: 'Tokens of people and programs.',
};

const GLOBAL_OPTIONS: readonly Option[] = [
  new Option('--json', 'print the answer as JSON, and nothing else; problems too'),
  new Option('--project <name>', 'the project (default: the name in ./slipway.yaml)'),
  new Option('--server <url>', 'address of the server (default: the one on the data folder; or SLIPWAY_SERVER)'),
  new Option(
    '--token <token>',
    'API token (default: that of the local server; or SLIPWAY_TOKEN, which `ps` does not show)',
  ),
  new Option(
    '--data <folder>',
    'data folder (default: SLIPWAY_DATA, or $XDG_DATA_HOME/slipway, or ~/.local/share/slipway)',
  ),
  new Option('--debug', 'show stack traces'),
  new Option('--no-color', 'no colours'),
];

const EXITS = Object.values(EXIT_CODES)
  .map(({ code, says }) => `  ${String(code).padEnd(4)}${says}`)
  .join('\n');

const globalNames = new Set(['json', 'project', 'server', 'token', 'data', 'debug', 'color']);

/** Options and arguments as one object, without the global options. */
const inputOf = (
  spec: Command,
  values: readonly unknown[],
  options: Record<string, unknown>,
): Record<string, unknown> => {
  const own = Object.entries(options).filter(([name]) => !globalNames.has(name));
  const positional = spec.arguments.map((argument, i) => [argument.name.slice(1, -1).replace('...', ''), values[i]]);
  return Object.fromEntries([...own, ...positional].filter(([, value]) => value !== undefined));
};

const addCommand = (parent: Commander, spec: Command, chosen: Chosen): void => {
  const command = parent.command(spec.path.split(' ').at(-1) ?? spec.path).description(spec.says);
  for (const argument of spec.arguments) command.addArgument(new Argument(argument.name, argument.says));
  for (const flag of spec.options)
    command.addOption(new Option(flag.flags, flag.says).makeOptionMandatory(flag.required ?? false));
  command.addHelpText('after', `\nExample:\n  $ ${spec.example}`);
  command.action(async () => {
    const { json = false, debug = false, color = true, ...rest } = command.optsWithGlobals<Partial<Globals>>();
    const globals: Globals = { ...rest, json, debug, color };
    await chosen(spec, inputOf(spec, command.processedArgs, command.opts()), globals);
  });
};

const group = (program: Commander, noun: string): Commander =>
  program.commands.find((command) => command.name() === noun) ??
  program
    .command(noun)
    .description(NOUNS[noun] ?? '')
    .helpCommand(false);

export interface Writers {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly columns: number;
}

/** The whole tree. Ends by throwing a CommanderError; never ends the process. */
export const buildProgram = (registry: readonly Command[], writers: Writers, chosen: Chosen): Commander => {
  const program = new Commander('slipway')
    .description('A pull request becomes a running Odoo.')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: writers.out,
      writeErr: writers.err,
      getOutHelpWidth: () => writers.columns,
      getErrHelpWidth: () => writers.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      // A problem is printed in one place, print-problem.ts.
      outputError: () => {},
    })
    .addHelpText('after', `\nExit codes:\n${EXITS}`);
  for (const option of GLOBAL_OPTIONS) program.addOption(option);
  for (const spec of registry) {
    const [noun, verb] = spec.path.split(' ');
    addCommand(verb === undefined ? program : group(program, noun ?? ''), spec, chosen);
  }
  return program;
};
