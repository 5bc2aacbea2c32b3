import { type Queryable, query } from './queryable.ts';

/** What the edge counted in one read-only time. Times are ISO. */
export interface ReadOnlyCounts {
  readonly since: string;
  /** About until when, as people were told. */
  readonly until: string;
  readonly reads: number;
  readonly refused: number;
  readonly firstRefusedAt: string | null;
  readonly lastRefusedAt: string | null;
}

/** Those that began then or later; the edge's last counts come within a second of a time's end. None without any request. */
export const readOnlyTimes = (db: Queryable, environment: string, from: string): Promise<ReadOnlyCounts[]> =>
  query<ReadOnlyCounts>(
    db,
    `select since, until, reads, refused, first_refused_at as "firstRefusedAt", last_refused_at as "lastRefusedAt"
     from ops.read_only_times where environment = $1 and since >= $2 order by since`,
    [environment, from],
  );
