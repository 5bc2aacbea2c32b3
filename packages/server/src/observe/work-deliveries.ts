import { asFailure } from '@slipway/contracts/failure';
import { handleEvent } from '../flows/handle-event.ts';
import type { Slipway } from '../flows/slipway.ts';
import { processDelivery } from '../intake/github/process-delivery.ts';
import { type Delivery, processNextDelivery } from '../store/deliveries.ts';
import { type Loop, startLoop } from './loop.ts';

/** Works off stored webhook deliveries in the order of their coming. */
export const workDeliveries = (slipway: Slipway): Loop =>
  startLoop('deliveries', 1000, slipway, async (signal) => {
    while (
      !signal.aborted &&
      (await processNextDelivery(slipway.db, (_, delivery) => handle(slipway, delivery))) !== null
    );
  });

/** A mishap is thrown, and the delivery tried again; a verdict is its outcome. */
const handle = async (slipway: Slipway, delivery: Delivery): Promise<string> => {
  try {
    const event = processDelivery(delivery);
    const outcome = event.kind === 'ignored' ? `ignored: ${event.reason}` : await handleEvent(slipway, event);
    slipway.logger.info({ delivery: delivery.id, event: delivery.event, outcome }, 'delivery handled');
    return outcome;
  } catch (error) {
    const failure = asFailure(error, delivery.id);
    slipway.logger.warn({ err: error, delivery: delivery.id }, 'a delivery could not be handled');
    if (failure.row.retry || failure.code === 'internal') throw error;
    return `failed: ${failure.message}`;
  }
};
