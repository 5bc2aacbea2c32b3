import { endIdle, now } from '../../odoo/read-only.ts';
import type { StepContext } from '../step.ts';

const POLL_MILLISECONDS = 20;

/** Database that statements about another one are given in; every server has it. */
export const MAINTENANCE = 'postgres';

/**
 * Sessions that began before now are gone when it returns: idle ones at once, others when what they do has ended, or after so
 * many seconds. Odoo opens new ones as it needs them.
 */
export const endSessions = async (
  database: string,
  graceSeconds: number,
  { ports, now: clock, sleep, signal }: StepContext,
): Promise<{ readonly ended: number; readonly cut: number }> => {
  const [row] = await ports.databases.query(MAINTENANCE, [now]);
  const before = String(row?.['now']);
  const until = clock() + graceSeconds * 1000;
  let ended = 0;
  for (;;) {
    const late = clock() > until;
    const [left] = await ports.databases.query(MAINTENANCE, [endIdle(database, before, late)]);
    const gone = Number(left?.['ended'] ?? 0);
    ended += gone;
    if (late) return { ended, cut: gone };
    if (Number(left?.['left'] ?? 0) === 0) return { ended, cut: 0 };
    signal.throwIfAborted();
    await sleep(POLL_MILLISECONDS);
  }
};
