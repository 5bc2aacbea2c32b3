import { raiseEvent, resolveEvent } from '../store/events.ts';
import { readSteps } from '../store/journal.ts';
import { endPromotionOf } from '../store/promotions.ts';
import type { Queryable } from '../store/queryable.ts';
import type { Run } from '../store/runs.ts';

interface Moved {
  readonly moved: boolean;
  readonly reason: string | null;
}

/**
 * What the end of a deployment means for the promotion that asked for it: part of the transaction that ends the run. A branch that could
 * not be moved is told until one is.
 */
export const settlePromotion = async (
  db: Queryable,
  run: Pick<Run, 'id' | 'project'>,
  state: 'succeeded' | 'failed',
  reason: string | null = null,
): Promise<void> => {
  const ended = await endPromotionOf(db, run.id, { state, reason });
  if (ended === null || state === 'failed') return;
  const { name } = ended.facts.branch;
  const step = (await readSteps(db, run.id)).find(({ kind }) => kind === 'move-branch');
  const moved = step?.receipt as Moved | null | undefined;
  const event = { project: run.project, kind: 'branch-not-moved', subject: name };
  if (moved?.moved === true) await resolveEvent(db, event);
  if (moved?.moved !== false) return;
  const message = `${ended.release.sha.slice(0, 8)} is live, but branch ${name} was not moved to it: ${moved.reason}`;
  await raiseEvent(db, { ...event, message });
};
