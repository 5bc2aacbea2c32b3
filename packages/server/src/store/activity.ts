import { json, type Queryable, query } from './queryable.ts';

export interface Activity {
  readonly environment: string;
  /** ISO 8601. */
  readonly lastRequestAt: string;
  /** Requests since the last report. */
  readonly requests: number;
}

/** Adds what an edge process saw since its last report. Environments that are gone are passed over; several edges may report at once. */
export const recordActivity = async (db: Queryable, seen: readonly Activity[]): Promise<void> => {
  if (seen.length === 0) return;
  await query(
    db,
    `insert into ops.edge_activity as a (environment, last_request_at, requests)
     select s.environment, max(s."lastRequestAt"), sum(s.requests)
     from jsonb_to_recordset($1::jsonb) as s (environment text, "lastRequestAt" timestamptz, requests bigint)
       join ops.environments e on e.id = s.environment
     group by s.environment order by s.environment
     on conflict (environment) do update set requests = a.requests + excluded.requests,
       last_request_at = greatest(a.last_request_at, excluded.last_request_at)`,
    [json(seen)],
  );
};

/** `requests` = all since the environment was first opened. */
export const listActivity = (db: Queryable): Promise<Activity[]> =>
  query(
    db,
    `select environment, last_request_at as "lastRequestAt", requests from ops.edge_activity order by last_request_at desc`,
  );
