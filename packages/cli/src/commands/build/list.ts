import { buildView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count } from '../../inputs.ts';
import { buildTable } from '../../show/build.ts';

export const buildList = defineCommand({
  path: 'build list',
  says: 'List the newest builds.',
  example: 'slipway build list',
  options: [{ flags: '--limit <count>', says: 'at most so many (default: 100)' }],
  input: z.strictObject({ limit: count.optional() }),
  view: z.array(buildView),
  routes: ['builds'],
  run: async ({ limit = 100 }, session) => (await session.api()).list('builds', { parameters: {} }, limit),
  show: (builds, screen) =>
    builds.length === 0
      ? 'No builds. A preview starts one: slipway preview open --pr 1 --ref <branch>'
      : buildTable(builds, screen),
});
