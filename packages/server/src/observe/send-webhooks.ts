import { queueWebhooks } from '../flows/queue-webhooks.ts';
import { openWebhookSending } from '../flows/send-webhooks.ts';
import type { Slipway } from '../flows/slipway.ts';
import type { WebhookSender } from '../ports/webhook-sender.ts';
import { type Loop, startLoop } from './loop.ts';

/** A deployment is dozens of changes within a second. */
const GATHERED_MILLISECONDS = 200;

/**
 * Tells addresses that people gave of what changed. Changes that come soon after one another are one round; one without any finds what
 * is due again.
 */
export const sendWebhooks = (slipway: Slipway, sender: WebhookSender): Loop => {
  const sending = openWebhookSending(slipway, sender);
  const loop = startLoop('webhooks', 1000, slipway, async (signal) => {
    while (!signal.aborted && (await queueWebhooks(slipway)) > 0);
    await sending.begin(signal);
  });
  let gathering: NodeJS.Timeout | undefined;
  return {
    wake: () => {
      gathering ??= setTimeout(() => {
        gathering = undefined;
        loop.wake();
      }, GATHERED_MILLISECONDS);
    },
    stop: async () => {
      clearTimeout(gathering);
      await loop.stop();
      await sending.ended();
    },
  };
};
