import type { AttemptView } from '@slipway/contracts/views';
import { type Queryable, query } from '../store/queryable.ts';

const SQL = `
  select environment, kind, host, port, outcome, reason, count, bytes_sent as "bytesSent", bytes_received as "bytesReceived",
    first_at as "firstAt", last_at as "lastAt"
  from ops.egress where environment = $1 and ($2::text is null or outcome = $2) and ($3::timestamptz is null or last_at >= $3)
  order by last_at desc, host, port limit $4`;

/** Newest first. */
export const attemptViews = (
  db: Queryable,
  filter: {
    readonly environment: string;
    readonly outcome: string | null;
    readonly since: string | null;
    readonly limit: number;
  },
): Promise<AttemptView[]> => query(db, SQL, [filter.environment, filter.outcome, filter.since, filter.limit]);
