import { rehearsalView } from '@slipway/contracts/rehearsal-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count } from '../../inputs.ts';
import { rehearsalTable } from '../../show/rehearsal.ts';

export const rehearsalList = defineCommand({
  path: 'rehearsal list',
  says: 'List the rehearsals of a project, newest first, with what each forecasts.',
  example: 'slipway rehearsal list',
  options: [{ flags: '--limit <count>', says: 'how many (default: 20)' }],
  input: z.strictObject({ limit: count.optional() }),
  view: z.array(rehearsalView),
  routes: ['rehearsals'],
  run: async ({ limit = 20 }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.list('rehearsals', { parameters: { project } }, limit);
  },
  show: (rehearsals, screen) =>
    rehearsals.length === 0
      ? 'No rehearsals. Rehearse what staging runs: slipway rehearse'
      : rehearsalTable(rehearsals, screen),
});
