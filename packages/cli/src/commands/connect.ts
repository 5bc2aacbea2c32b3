import { connectView, environmentUser } from '@slipway/contracts/shell-views';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { id } from '../inputs.ts';
import { printable } from '../output/printable.ts';
import { userTable } from '../show/shells.ts';

const view = z.union([connectView, z.array(environmentUser)]);

export const connect = defineCommand({
  path: 'connect',
  says: 'Print an address that logs a browser in to an environment as one of its users: once, within a minute.',
  example: 'slipway connect shop/pr-12 --as demo',
  arguments: [{ name: '<environment>', says: 'its name, as `slipway env list` prints it' }],
  options: [
    { flags: '--as <login>', says: 'login of the user; default: admin' },
    { flags: '--list', says: 'print whom one can log in as instead' },
  ],
  input: z.strictObject({
    environment: id,
    as: z.string().min(1).max(200).default('admin'),
    list: z.boolean().default(false),
  }),
  view,
  routes: ['connect', 'environmentUsers'],
  run: async ({ environment, as, list }, session): Promise<z.output<typeof view>> => {
    const api = await session.api();
    if (list) return api.call('environmentUsers', { parameters: { environment } });
    return api.call('connect', { parameters: { environment }, body: { user: as } });
  },
  show: (answer, screen) => ('url' in answer ? printable(answer.url) : userTable(answer, screen)),
});
