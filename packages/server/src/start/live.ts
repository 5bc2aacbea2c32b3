import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config.ts';
import { openWebhookSender } from '../drivers/webhooks/client.ts';
import { ChangeFeed } from '../flows/change-feed.ts';
import type { Slipway } from '../flows/slipway.ts';
import { eventRoutes } from '../http/events.ts';
import { webhookRoutes } from '../http/webhooks.ts';
import type { Loop } from '../observe/loop.ts';
import { sendWebhooks } from '../observe/send-webhooks.ts';

export interface Live {
  /** Sends webhooks. */
  readonly loop: Loop;
  readonly routes: (app: FastifyInstance) => void;
  /** Something was committed that somebody may want to hear of. */
  readonly changed: () => void;
}

/** Who hears of what changed: pages by live events, programs by webhooks. */
export const openLive = (slipway: Slipway, settings: Pick<Settings, 'webhooksPrivate'>): Live => {
  const sender = openWebhookSender({ privateToo: settings.webhooksPrivate });
  const feed = new ChangeFeed(slipway.db, slipway.logger);
  const loop = sendWebhooks(slipway, sender);
  return {
    loop,
    routes: (app) => {
      eventRoutes(app, slipway, feed);
      webhookRoutes(app, slipway, { sender, woken: () => loop.wake() });
    },
    changed: () => {
      feed.wake();
      loop.wake();
    },
  };
};
