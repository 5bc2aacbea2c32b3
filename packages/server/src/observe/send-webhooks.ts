import { queueWebhooks } from '../flows/queue-webhooks.ts';
import { openWebhookSending } from '../flows/send-webhooks.ts';
import type { Slipway } from '../flows/slipway.ts';
import type { WebhookSender } from '../ports/webhook-sender.ts';
import { type Loop, startLoop } from './loop.ts';

/** Tells addresses that people gave of what changed. Woken by each change; a round without any finds what is due again. */
export const sendWebhooks = (slipway: Slipway, sender: WebhookSender): Loop => {
  const sending = openWebhookSending(slipway, sender);
  const loop = startLoop('webhooks', 1000, slipway, async (signal) => {
    while (!signal.aborted && (await queueWebhooks(slipway)) > 0);
    await sending.begin(signal);
  });
  return {
    wake: () => loop.wake(),
    stop: async () => {
      await loop.stop();
      await sending.ended();
    },
  };
};
