import type { Slipway } from '../flows/slipway.ts';
import { pruneAttempts } from '../store/egress.ts';
import { pruneMails } from '../store/mails.ts';
import { type Loop, startLoop } from './loop.ts';

/** Starts the gateway again when it is gone, sees to its walls, and forgets old mails and attempts. */
export const tendEgress = (slipway: Slipway, ensureGateway: () => Promise<void>): Loop =>
  startLoop('egress', 30_000, slipway, async () => {
    await ensureGateway();
    await pruneMails(slipway.db);
    await pruneAttempts(slipway.db);
  });
