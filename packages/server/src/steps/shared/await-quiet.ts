import { busySessions } from '../../odoo/read-only.ts';
import type { StepContext } from '../step.ts';

const POLL_MILLISECONDS = 25;
/** A request may be between two of its transactions. */
const QUIET_LOOKS = 4;
/** Database that statements about another one are given in; every server has it. */
export const MAINTENANCE = 'postgres';

/** Waits until nobody has anything under way in the database; after so long, what is left is ended. Answers how many were. */
export const awaitQuiet = async (
  database: string,
  graceSeconds: number,
  { ports, now, sleep, signal }: StepContext,
): Promise<number> => {
  const until = now() + graceSeconds * 1000;
  for (let quiet = 0; quiet < QUIET_LOOKS; ) {
    const late = now() > until;
    const [row] = await ports.databases.query(MAINTENANCE, [busySessions(database, late)]);
    if (late) return Number(row?.['cut'] ?? 0);
    quiet = Number(row?.['busy'] ?? 0) === 0 ? quiet + 1 : 0;
    signal.throwIfAborted();
    await sleep(POLL_MILLISECONDS);
  }
  return 0;
};
