import { promotionOfRun } from '../store/promotions.ts';
import type { Queryable } from '../store/queryable.ts';
import type { Run } from '../store/runs.ts';

/** What let a deployment go, for its evidence: by what it was judged, who approved it, what was passed over. Null: no promotion did. */
export const promotionEvidence = async (db: Queryable, run: Pick<Run, 'id'>): Promise<string | null> => {
  const found = await promotionOfRun(db, run.id);
  if (found === null) return null;
  // Nothing in here changes any more: whoever takes the run over keeps the same text.
  const { id, release, requestedBy, requesterEmail, facts, gates, passedOver, createdAt, wentAt } = found;
  const kept = { id, release, requestedBy, requesterEmail, facts, gates, passedOver, createdAt, wentAt };
  return `${JSON.stringify(kept, null, 2)}\n`;
};
