import { connectView, environmentUser } from '@slipway/contracts/shell-views';
import { z } from 'zod';
import { defineCommand } from '../command.ts';
import { id } from '../inputs.ts';
import { openBrowser } from '../local/open-browser.ts';
import { printable } from '../output/printable.ts';
import { userTable } from '../show/shells.ts';

/** `opened`: a browser has it already. */
const view = z.union([connectView.extend({ opened: z.boolean().optional() }), z.array(environmentUser)]);

export const connect = defineCommand({
  path: 'connect',
  says: 'Log a browser in to an environment as one of its users: prints an address that works once, within a minute.',
  example: 'slipway connect shop/pr-12 --as demo',
  arguments: [{ name: '<environment>', says: 'its name, as `slipway env list` prints it' }],
  options: [
    { flags: '--as <login>', says: 'login of the user; default: admin' },
    { flags: '--open', says: 'open it in your browser; where there is none, print it' },
    { flags: '--list', says: 'print whom one can log in as instead' },
  ],
  input: z.strictObject({
    environment: id,
    as: z.string().min(1).max(200).default('admin'),
    open: z.boolean().default(false),
    list: z.boolean().default(false),
  }),
  view,
  routes: ['connect', 'environmentUsers'],
  run: async ({ environment, as, open, list }, session): Promise<z.output<typeof view>> => {
    const api = await session.api();
    if (list) return api.call('environmentUsers', { parameters: { environment } });
    const ticket = await api.call('connect', { parameters: { environment }, body: { user: as } });
    return open ? { ...ticket, opened: await openBrowser(session.io, ticket.url) } : ticket;
  },
  show: (answer, screen) => {
    if (!('url' in answer)) return userTable(answer, screen);
    // Whoever has it may use it before the browser does: it is not shown twice.
    return answer.opened === true
      ? `${screen.ok} Your browser is ${printable(answer.user)} there.`
      : printable(answer.url);
  },
});
