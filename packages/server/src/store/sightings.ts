import type { Sighting, Sightings } from '../ports/sightings.ts';
import { type Queryable, query } from './queryable.ts';

/** Equal attempts of an hour are one row, so one that began earlier counts as a whole: too much is told rather than too little. */
const SQL = `
  select kind, host, port, outcome, sum(count)::int as count from ops.egress
  where environment = $1 and last_at >= to_timestamp($2::double precision / 1000)
  group by kind, host, port, outcome order by kind, host, port, outcome`;

/** What the gateway wrote down. */
export const sightings = (db: Queryable): Sightings => ({
  since: (environment, since) => query<Sighting>(db, SQL, [environment, since]),
});
