import { buildView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { buildTable } from '../../show/build.ts';

export const buildList = defineCommand({
  path: 'build list',
  says: 'List the newest builds.',
  example: 'slipway build list',
  input: noInput,
  view: z.array(buildView),
  routes: ['builds'],
  run: async (_, session) => (await session.api()).call('builds', { parameters: {} }),
  show: (builds, screen) =>
    builds.length === 0
      ? 'No builds. A preview starts one: slipway preview open --pr 1 --ref <branch>'
      : buildTable(builds, screen),
});
