import { webhookDeliveryView } from '@slipway/contracts/webhook-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { count, id } from '../../inputs.ts';
import { deliveryTable } from '../../show/webhook.ts';

export const webhookDeliveries = defineCommand({
  path: 'webhook deliveries',
  says: 'List what a webhook was told, and what waits or was given up, newest first.',
  example: 'slipway webhook deliveries hook_01jd2m8k9 --state given-up',
  arguments: [{ name: '<webhook>', says: 'its id' }],
  options: [
    { flags: '--state <state>', says: 'only waiting, delivered or given-up' },
    { flags: '--limit <number>', says: 'at most so many; default: 50' },
  ],
  input: z.strictObject({
    webhook: id,
    state: z.enum(['waiting', 'delivered', 'given-up'], { error: 'must be waiting, delivered or given-up' }).optional(),
    limit: count.optional(),
  }),
  view: z.array(webhookDeliveryView),
  routes: ['webhookDeliveries'],
  run: async ({ webhook, state, limit }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    const query = {
      ...(state === undefined ? {} : { state }),
      ...(limit === undefined ? {} : { limit: String(Math.min(limit, 200)) }),
    };
    return api.call('webhookDeliveries', { parameters: { project, webhook }, query });
  },
  show: (list, screen) => (list.length === 0 ? 'It was told nothing.' : deliveryTable(list, screen)),
});
