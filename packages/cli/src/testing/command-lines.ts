/** Whether a command line is one that the CLI takes; nothing runs. */
import { buildProgram } from '../program.ts';
import { COMMANDS } from '../registry.ts';

/** Why the command line is not one, or null. A verb may be named without its arguments, and help may be asked for. */
export const wrongIn = async (line: string): Promise<string | null> => {
  const program = buildProgram(COMMANDS, { out: () => {}, err: () => {}, columns: 100 }, async () => {});
  const words = line.replaceAll('"', '').trim().split(/\s+/).slice(1);
  return program.parseAsync(words, { from: 'user' }).then(
    () => null,
    ({ message }: Error) => (/^error: missing required argument|^\(outputHelp\)$/.test(message) ? null : message),
  );
};
