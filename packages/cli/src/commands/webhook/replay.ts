import { webhookDeliveryView } from '@slipway/contracts/webhook-views';
import { z } from 'zod';
import { defineCommand } from '../../command.ts';
import { id } from '../../inputs.ts';
import { printable } from '../../output/printable.ts';

export const webhookReplay = defineCommand({
  path: 'webhook replay',
  says: 'Send a message again, with the same id.',
  example: 'slipway webhook replay hook_01jd2m8k9 msg_4f1c0de5a3b2918273645566',
  arguments: [
    { name: '<webhook>', says: 'its id' },
    { name: '<delivery>', says: 'the id of the message' },
  ],
  input: z.strictObject({ webhook: id, delivery: id }),
  view: webhookDeliveryView,
  routes: ['replayWebhook'],
  run: async ({ webhook, delivery }, session) => {
    const [api, project] = [await session.api(), await session.project()];
    return api.call('replayWebhook', { parameters: { project, webhook, delivery } });
  },
  show: ({ id: delivery, kind }, screen) => `${screen.ok} ${printable(delivery)} (${printable(kind)}) is sent again.`,
});
