import { environmentView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count } from '../../inputs.ts';
import { environmentTable } from '../../show/environment.ts';

export const envList = defineCommand({
  path: 'env list',
  says: 'List all environments.',
  example: 'slipway env list',
  options: [{ flags: '--limit <count>', says: 'at most so many (default: all)' }],
  input: z.strictObject({ limit: count.optional() }),
  view: z.array(environmentView),
  routes: ['environments'],
  run: async ({ limit }, session) => (await session.api()).list('environments', { parameters: {} }, limit),
  show: (environments, screen) =>
    environments.length === 0
      ? 'No environments. A preview makes one: slipway preview open --pr 1 --ref <branch>'
      : environmentTable(environments, screen),
});
