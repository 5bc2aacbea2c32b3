import { runView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count } from '../../inputs.ts';
import { runTable } from '../../show/run.ts';

export const runList = defineCommand({
  path: 'run list',
  says: 'List the newest runs.',
  example: 'slipway run list --limit 20',
  options: [{ flags: '--limit <count>', says: 'at most so many (default: 20)' }],
  input: z.strictObject({ limit: count.optional() }),
  view: z.array(runView),
  routes: ['runs'],
  run: async ({ limit = 20 }, session) => (await session.api()).list('runs', { parameters: {} }, limit),
  show: (runs, screen) =>
    runs.length === 0
      ? 'No runs. A preview starts one: slipway preview open --pr 1 --ref <branch>'
      : runTable(runs, screen),
});
