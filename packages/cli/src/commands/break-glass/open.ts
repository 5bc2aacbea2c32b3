import { glassView } from '@slipway/contracts/shell-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count } from '../../inputs.ts';
import { glassText } from '../../show/shells.ts';

export const breakGlassOpen = defineCommand({
  path: 'break-glass open',
  says: 'Open production to your own shells, for a time and a reason that everybody is told; to read, unless --write.',
  example: 'slipway break-glass open --reason "Invoice 4711 cannot be posted" --minutes 15',
  options: [
    { flags: '--reason <text>', says: 'why: at least 15 characters', required: true },
    { flags: '--minutes <minutes>', says: '5 to 60; default: 30' },
    { flags: '--write', says: 'also what changes production: logins, odoo, and psql as its owner' },
  ],
  input: z.strictObject({
    reason: z.string().trim().min(15, 'must say why, in at least 15 characters').max(1000),
    minutes: count.optional(),
    write: z.boolean().default(false),
  }),
  view: glassView,
  routes: ['openGlass'],
  run: async ({ reason, minutes, write }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('openGlass', { parameters: { project }, body: { reason, minutes, write } });
  },
  show: glassText,
});
