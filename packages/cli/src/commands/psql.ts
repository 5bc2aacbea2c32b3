import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { id } from '../inputs.ts';
import { shellExit, shellResult, sitAtShell } from '../local/sit-at-shell.ts';

export const psql = defineCommand({
  path: 'psql',
  says: "Open psql in an environment's database, with the rights of its own role; of production it reads only, unless break-glass says more.",
  example: 'slipway psql shop/pr-12',
  arguments: [{ name: '<environment>', says: 'its name, as `slipway env list` prints it' }],
  options: [
    { flags: '-c, --command <sql>', says: 'run this and end; without it and without a terminal, standard input' },
  ],
  input: z.strictObject({ environment: id, command: z.string().min(1).max(65_536).optional() }),
  view: shellResult,
  routes: ['openShell', 'attachShell'],
  run: ({ environment, command }, session) =>
    sitAtShell(session, {
      ...{ environment, kind: 'psql' },
      command: command === undefined ? [] : ['-X', '-v', 'ON_ERROR_STOP=1', '-c', command],
    }),
  show: () => '',
  exit: shellExit,
});
