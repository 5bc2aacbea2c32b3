import type { PreviewState } from '@slipway/contracts/views';
import { type Queryable, query } from './queryable.ts';

/** Environments in one of these states that nobody has used for so long, and for which nothing waits or runs. */
export const listIdle = async (
  db: Queryable,
  project: string,
  idle: { readonly seconds: number; readonly states: readonly PreviewState[] },
): Promise<string[]> => {
  const rows = await query<{ id: string }>(
    db,
    `select e.id from ops.environments e left join ops.edge_activity a on a.environment = e.id
     where e.project = $1 and e.stage = 'preview' and e.closed_at is null and e.state = any($3)
       and greatest(a.last_request_at, e.last_used_at, e.created_at) < now() - make_interval(secs => $2)
       and not exists (select from ops.runs r where r.environment = e.id and r.state in ('queued', 'running'))`,
    [project, idle.seconds, idle.states],
  );
  return rows.map((row) => row.id);
};
