import { WEBHOOK_KIND_NAMES } from '@slipway/contracts/webhook-kinds';
import { newWebhookView } from '@slipway/contracts/webhook-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { KINDS, kindsInput } from '../../inputs-webhook.ts';
import { newWebhookText } from '../../show/webhook.ts';

export const webhookAdd = defineCommand({
  path: 'webhook add',
  says: 'Add an address that is told of what happens. The secret that signs is printed this once.',
  example: 'slipway webhook add https://example.com/slipway --kinds deployment.succeeded,deployment.failed',
  arguments: [{ name: '<url>', says: 'http or https, in the Internet' }],
  options: [
    {
      flags: KINDS,
      says: 'what it is told of, with commas: docs/how-to/webhooks.md has the list; default: everything there is now',
    },
  ],
  input: z.strictObject({ url: z.string().min(1).max(2000), kinds: kindsInput.optional() }),
  view: newWebhookView,
  routes: ['createWebhook'],
  run: async ({ url, kinds }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('createWebhook', {
      parameters: { project },
      body: { url, kinds: kinds ?? [...WEBHOOK_KIND_NAMES] },
    });
  },
  show: newWebhookText,
});
