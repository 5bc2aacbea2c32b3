import type { NoticeView } from '@slipway/contracts/notice-views';
import { type Queryable, query } from '../store/queryable.ts';

const SQL = `
  select id, project, channel, kind, notice->>'title' as title, state, attempts, error, created_at as "createdAt", sent_at as "sentAt",
    case when state = 'waiting' then next_attempt_at end as "nextAttemptAt"
  from ops.notices where project = $1 and ($3::text is null or sequence < (select sequence from ops.notices where project = $1 and id = $3))
  order by sequence desc limit $2`;

/** What a project's channels were told, and what waits: newest first. */
export const noticeViews = (
  db: Queryable,
  project: string,
  limit: number,
  after: string | null = null,
): Promise<NoticeView[]> => query(db, SQL, [project, limit, after]);
