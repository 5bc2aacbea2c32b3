import { productionView } from '@slipway/contracts/production-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { productionText } from '../../show/production.ts';

export const productionShow = defineCommand({
  path: 'production show',
  says: 'Show what production serves, what was deployed, and what a rollback would go back to.',
  example: 'slipway production show',
  input: z.strictObject({}),
  view: productionView,
  routes: ['production'],
  run: async (_, session) =>
    (await session.api()).call('production', { parameters: { project: await session.project() } }),
  show: productionText,
});
