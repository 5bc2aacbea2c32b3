import { environmentView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { noInput } from '../../inputs.ts';
import { environmentTable } from '../../show/environment.ts';

export const envList = defineCommand({
  path: 'env list',
  says: 'List all environments.',
  example: 'slipway env list',
  input: noInput,
  view: z.array(environmentView),
  routes: ['environments'],
  run: async (_, session) => (await session.api()).call('environments', { parameters: {} }),
  show: (environments, screen) =>
    environments.length === 0
      ? 'No environments. A preview makes one: slipway preview open --pr 1 --ref <branch>'
      : environmentTable(environments, screen),
});
