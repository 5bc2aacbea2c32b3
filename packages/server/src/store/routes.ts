import type { RouteEntry } from '../domain/environment.ts';
import type { RouteTable } from '../ports/route-table.ts';
import { json, type Queryable, query } from './queryable.ts';

/** A trigger tells `slipway_routes` of each change, after it is committed. Putting the same again tells nobody. */
const PUT = `
  insert into ops.routes as r (host, environment, route) values ($1, $2, $3)
  on conflict (host) do update set environment = excluded.environment, route = excluded.route,
    version = nextval('ops.route_version'), updated_at = now()
  where (r.environment, r.route) is distinct from (excluded.environment, excluded.route)`;

export const routeTable = (db: Queryable): RouteTable => ({
  put: (entry) => putRoute(db, entry),
  removeEnvironment: async (environment) => {
    await query(db, 'delete from ops.routes where environment = $1', [environment]);
  },
});

/** The same inside a caller's transaction. */
export const putRoute = async (db: Queryable, entry: RouteEntry): Promise<void> => {
  await query(db, PUT, [entry.host, entry.environment, json(entry.route)]);
};
