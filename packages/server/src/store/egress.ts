import type { CountedAttempt } from '../ports/egress-gateway.ts';
import { json, type Queryable, query } from './queryable.ts';

/** What one environment may fill our tables with. */
const MOST_ROWS = 5_000;
const KEPT_DAYS = 30;

/** Attempts of a project that is not known are dropped: there is nobody who could see them. */
export const recordAttempts = async (db: Queryable, attempts: readonly CountedAttempt[]): Promise<void> => {
  await query(
    db,
    `insert into ops.egress as e (environment, project, kind, host, port, outcome, reason, count, bytes_sent, bytes_received, first_at, last_at, hour)
     select a.environment, p.id, a.kind, a.host, a.port, a.outcome, a.reason, sum(a.count), sum(a."bytesSent"), sum(a."bytesReceived"),
       min(a."firstAt"), max(a."lastAt"), date_trunc('hour', a."lastAt", 'UTC')
     from jsonb_to_recordset($1::jsonb) as a (environment text, kind text, host text, port integer, outcome text, reason text, count bigint,
       "bytesSent" bigint, "bytesReceived" bigint, "firstAt" timestamptz, "lastAt" timestamptz)
     join ops.projects p on p.id = split_part(a.environment, '/', 1)
     group by a.environment, p.id, a.kind, a.host, a.port, a.outcome, a.reason, date_trunc('hour', a."lastAt", 'UTC')
     on conflict (environment, hour, kind, host, port, outcome, reason) do update set count = e.count + excluded.count,
       bytes_sent = e.bytes_sent + excluded.bytes_sent, bytes_received = e.bytes_received + excluded.bytes_received,
       first_at = least(e.first_at, excluded.first_at), last_at = greatest(e.last_at, excluded.last_at)`,
    [json(attempts)],
  );
};

/** Forgets what is old, and of each environment what is beyond the newest rows. Returns how many went. */
export const pruneAttempts = async (db: Queryable): Promise<number> => {
  const gone = await query(
    db,
    `delete from ops.egress e using (
       select ctid, last_at, row_number() over (partition by environment order by last_at desc) as place from ops.egress) old
     where e.ctid = old.ctid and (old.place > $1 or old.last_at < now() - make_interval(days => $2)) returning 1`,
    [MOST_ROWS, KEPT_DAYS],
  );
  return gone.length;
};
