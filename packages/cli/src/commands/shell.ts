import { SHELL_KINDS } from '@slipway/contracts/shell-views';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { id } from '../inputs.ts';
import { shellExit, shellResult, sitAtShell } from '../local/sit-at-shell.ts';

export const shell = defineCommand({
  path: 'shell',
  says: 'Open a command line beside a running environment, or run one command there and end with its exit code.',
  example: 'slipway shell shop/pr-12 -- ls /var/lib/odoo/filestore',
  arguments: [
    { name: '<environment>', says: 'its name, as `slipway env list` prints it' },
    { name: '[command...]', says: 'after `--`: a program with its arguments, instead of a command line' },
  ],
  options: [{ flags: '--kind <kind>', says: `${SHELL_KINDS.join(', ')}; odoo is Python with \`env\`` }],
  input: z.strictObject({
    environment: id,
    command: z.array(z.string().max(65_536)).max(200).default([]),
    kind: z.enum(SHELL_KINDS).default('shell'),
  }),
  view: shellResult,
  routes: ['openShell', 'attachShell'],
  run: (input, session) => sitAtShell(session, input),
  show: () => '',
  exit: shellExit,
});
