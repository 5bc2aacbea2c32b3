import { runInList } from '@slipway/contracts/board-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { runRows } from '../../show/board.ts';

export const envRuns = defineCommand({
  path: 'env runs',
  says: 'List the newest runs of an environment.',
  example: 'slipway env runs shop/pr-12',
  arguments: [{ name: '<environment>', says: 'its name, as `slipway env list` prints it' }],
  input: z.strictObject({ environment: id }),
  view: z.array(runInList),
  routes: ['environmentRuns'],
  run: async ({ environment }, session) =>
    (await session.api()).call('environmentRuns', { parameters: { environment } }),
  show: (runs, screen) => (runs.length === 0 ? 'Nothing ran there yet.' : runRows(runs, screen)),
});
