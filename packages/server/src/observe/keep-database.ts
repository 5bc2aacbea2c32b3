import { asFailure } from '@slipway/contracts/failure';
import type { Slipway } from '../flows/slipway.ts';
import { query } from '../store/queryable.ts';
import { type Loop, startLoop } from './loop.ts';

/**
 * Starts the PostgreSQL that Slipway runs when it is away. Docker does that after a crash, but not after `docker kill`, nor when the
 * container is gone; and while it is away nothing else can be done.
 */
export const keepDatabase = (slipway: Slipway, revive: () => Promise<boolean>): Loop =>
  startLoop('database', 1000, slipway, async () => {
    if (await answers(slipway)) return;
    if (await revive()) slipway.logger.warn('PostgreSQL did not run and was started again');
  });

const answers = async (slipway: Slipway): Promise<boolean> => {
  try {
    await query(slipway.db, 'select 1');
    return true;
  } catch (error) {
    return asFailure(error).code !== 'database-unreachable';
  }
};
