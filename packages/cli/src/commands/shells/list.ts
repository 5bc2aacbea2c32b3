import { shellView } from '@slipway/contracts/shell-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count, id } from '../../inputs.ts';
import { shellTable } from '../../show/shells.ts';

export const shellsList = defineCommand({
  path: 'shells list',
  says: 'List shells, the newest first: who opened which, and how it ended.',
  example: 'slipway shells list --open',
  options: [
    { flags: '--environment <environment>', says: 'only those of this one' },
    { flags: '--open', says: 'only those that are open' },
    { flags: '--limit <count>', says: 'at most so many; default: 50' },
  ],
  input: z.strictObject({ environment: id.optional(), open: z.boolean().default(false), limit: count.optional() }),
  view: z.array(shellView),
  routes: ['shells'],
  run: async ({ environment, open, limit }, session) => {
    const query = {
      environment,
      open: open ? ('true' as const) : undefined,
      limit: limit === undefined ? undefined : String(limit),
    };
    return (await session.api()).call('shells', { parameters: {}, query });
  },
  show: (shells, screen) =>
    shells.length === 0 ? 'No shells. Open one: slipway shell <environment>' : shellTable(shells, screen),
});
