import { environmentView } from '@slipway/contracts/views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { environmentText } from '../../show/environment.ts';

export const envShow = defineCommand({
  path: 'env show',
  says: 'Show one environment.',
  example: 'slipway env show shop/pr-12',
  arguments: [{ name: '<environment>', says: 'its name, as `slipway env list` prints it' }],
  input: z.strictObject({ environment: id }),
  view: environmentView,
  routes: ['environment'],
  run: async ({ environment }, session) => (await session.api()).call('environment', { parameters: { environment } }),
  show: environmentText,
});
