import { newWebhookView } from '@slipway/contracts/webhook-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { newWebhookText } from '../../show/webhook.ts';

export const webhookRotate = defineCommand({
  path: 'webhook rotate',
  says: 'Make another secret, which is printed this once; for a day the one before signs, too.',
  example: 'slipway webhook rotate hook_01jd2m8k9',
  arguments: [{ name: '<webhook>', says: 'its id' }],
  input: z.strictObject({ webhook: id }),
  view: newWebhookView,
  routes: ['rotateWebhook'],
  run: async ({ webhook }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('rotateWebhook', { parameters: { project, webhook } });
  },
  show: newWebhookText,
});
