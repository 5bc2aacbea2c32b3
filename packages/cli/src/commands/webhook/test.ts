import { webhookDeliveryView } from '@slipway/contracts/webhook-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { deliveryText } from '../../show/webhook.ts';

export const webhookTest = defineCommand({
  path: 'webhook test',
  says: 'Send a message to a webhook, once, and say what became of it; exit code 1 when it was not taken.',
  example: 'slipway webhook test hook_01jd2m8k9',
  arguments: [{ name: '<webhook>', says: 'its id' }],
  input: z.strictObject({ webhook: id }),
  view: webhookDeliveryView,
  routes: ['testWebhook'],
  run: async ({ webhook }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('testWebhook', { parameters: { project, webhook }, headMilliseconds: 60_000 });
  },
  show: deliveryText,
  exit: ({ state }) => (state === 'delivered' ? 'ok' : 'failed'),
});
