import { deliveryError, handleEvent } from '../flows/handle-delivery.ts';
import type { Slipway } from '../flows/slipway.ts';
import { parseDelivery } from '../intake/github/parse-delivery.ts';
import { claimDelivery, finishDelivery, postponeDelivery } from '../store/deliveries.ts';
import { type Loop, startLoop } from './loop.ts';

/** Works off stored webhook deliveries in the order of their coming, one at a time. */
export const workDeliveries = (slipway: Slipway): Loop =>
  startLoop('deliveries', 1000, slipway, async (signal) => {
    for (let delivery = await claimDelivery(slipway.db); delivery !== null && !signal.aborted; delivery = await claimDelivery(slipway.db)) {
      try {
        const event = parseDelivery(delivery.event, JSON.parse(Buffer.from(delivery.body).toString('utf8')));
        const outcome = event.kind === 'ignored' ? `ignored: ${event.reason}` : await handleEvent(slipway, event);
        slipway.logger.info({ delivery: delivery.id, event: delivery.event, outcome }, 'delivery handled');
        await finishDelivery(slipway.db, delivery.id, { outcome, error: null });
      } catch (error) {
        const { retry, message } = deliveryError(error, delivery.id);
        slipway.logger.warn({ err: error, delivery: delivery.id, retry }, 'a delivery could not be handled');
        if (retry) await postponeDelivery(slipway.db, delivery.id, message);
        else await finishDelivery(slipway.db, delivery.id, { outcome: 'failed', error: message });
      }
    }
  });
