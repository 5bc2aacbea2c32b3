import type { FailedUpkeep } from '@slipway/contracts/views';
import { type Queryable, query } from '../store/queryable.ts';
import { UPKEEP } from '../store/run-kinds.ts';

/** Of each kind the last one that ended by itself; who cancels one knows of it. */
const LAST = `
  select run, kind, "of", at, failure from (
    select distinct on (r.kind, r.facts->>'kind') r.id as run, r.kind, r.facts->>'kind' as "of", r.finished_at as at, r.state, r.failure,
      r.sequence
    from ops.runs r where r.environment = $1 and r.kind = any($2) and r.state in ('succeeded', 'failed')
    order by r.kind, r.facts->>'kind', r.sequence desc) last
  where state = 'failed' order by sequence desc`;

const UNSAID = { code: 'internal', message: 'It was not said why.', hint: '' };

/** Backups, snapshots, copies and prunings of an environment that failed when they were last tried, newest first. */
export const failedUpkeep = async (db: Queryable, environment: string): Promise<FailedUpkeep[]> => {
  type Row = Omit<FailedUpkeep, 'failure'> & { readonly failure: FailedUpkeep['failure'] | null };
  const rows = await query<Row>(db, LAST, [environment, UPKEEP]);
  return rows.map(({ failure, ...row }) => {
    const { code, message, hint } = failure ?? UNSAID;
    return { ...row, failure: { code, message, hint } };
  });
};
