import { environmentDetails } from '@slipway/contracts/environment-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { detailsText } from '../../show/inside.ts';

export const envDetails = defineCommand({
  path: 'env details',
  says: 'Show what an environment is like now: sizes, installed modules, memory and CPU. Wakes nothing.',
  example: 'slipway env details shop/pr-12',
  arguments: [{ name: '<environment>', says: 'its name, as `slipway env list` prints it' }],
  input: z.strictObject({ environment: id }),
  view: environmentDetails,
  routes: ['environmentDetails'],
  run: async ({ environment }, session) =>
    (await session.api()).call('environmentDetails', { parameters: { environment } }),
  show: detailsText,
});
