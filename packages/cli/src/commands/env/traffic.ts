import { environmentTraffic } from '@slipway/contracts/environment-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { trafficText } from '../../show/inside.ts';

const HOURS = ['1', '6', '24'] as const;

export const envTraffic = defineCommand({
  path: 'env traffic',
  says: 'Show what was asked of an environment in the last hours: requests, server errors, how fast.',
  example: 'slipway env traffic shop/production --hours 24',
  arguments: [{ name: '<environment>', says: 'its name, as `slipway env list` prints it' }],
  options: [{ flags: '--hours <hours>', says: '1, 6 or 24 (default: 1)' }],
  input: z.strictObject({
    environment: id,
    hours: z.enum(HOURS, { error: `must be one of ${HOURS.join(', ')}` }).default('1'),
  }),
  view: environmentTraffic,
  routes: ['environmentTraffic'],
  run: async ({ environment, hours }, session) =>
    (await session.api()).call('environmentTraffic', { parameters: { environment }, query: { hours } }),
  show: trafficText,
});
