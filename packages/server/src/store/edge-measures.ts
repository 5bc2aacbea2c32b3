import { type Queryable, query } from './queryable.ts';

/** What the edge counted in ten seconds. */
export interface EdgeMeasure {
  /** ISO: their beginning. */
  readonly at: string;
  readonly requests: number;
  readonly serverErrors: number;
  /** By place, as domain/latency.ts has them. */
  readonly latencies: readonly number[];
}

/** Steps that began then or later, and before the other. None without any request; those of the last seconds may be on their way. */
export const edgeMeasures = (
  db: Queryable,
  environment: string,
  { from, until }: { readonly from: string; readonly until: string },
): Promise<EdgeMeasure[]> =>
  query(
    db,
    `select at, requests, server_errors as "serverErrors", latencies from ops.edge_measures
     where environment = $1 and at >= $2 and at < $3 order by at`,
    [environment, from, until],
  );

export interface Traffic {
  readonly requests: number;
  readonly serverErrors: number;
  /** By place, as domain/latency.ts has them. */
  readonly latencies: readonly number[];
}

/** The same, added up by PostgreSQL: a day of a busy production is many thousand rows. Steps in which nothing was asked are not there. */
export const trafficByStep = (
  db: Queryable,
  environment: string,
  { from, until, stepSeconds }: { readonly from: string; readonly until: string; readonly stepSeconds: number },
): Promise<(Traffic & { readonly step: number })[]> =>
  query(
    db,
    `with counted as (
       select floor(extract(epoch from at - $2::timestamptz) / $4)::int as step, requests, server_errors, latencies
       from ops.edge_measures where environment = $1 and at >= $2 and at < $3),
     places as (
       select step, place, sum(took) as total from counted, unnest(latencies) with ordinality as one (took, place) group by step, place)
     select step, sum(requests)::bigint as requests, sum(server_errors)::bigint as "serverErrors",
       (select array_agg(total::float8 order by place) from places where places.step = counted.step) as latencies
     from counted group by step order by step`,
    [environment, from, until, stepSeconds],
  );

/** Of one batch: how many there were. */
export const pruneEdgeMeasures = async (db: Queryable, before: string, limit: number): Promise<number> =>
  (
    await query(
      db,
      `delete from ops.edge_measures where (environment, at) in
         (select environment, at from ops.edge_measures where at < $1 order by at limit $2) returning 1`,
      [before, limit],
    )
  ).length;
