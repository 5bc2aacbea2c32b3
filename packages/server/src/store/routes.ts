import type { RouteTable } from '../ports/route-table.ts';
import type { Queryable } from './queryable.ts';

/** The rows that every edge process reads; a trigger tells them of a change. */
export const routeTable = (db: Queryable): RouteTable => ({
  put: async ({ host, environment, route }) => {
    await db.query(
      `insert into ops.routes (host, environment, route) values ($1, $2, $3)
       on conflict (host) do update set environment = excluded.environment, route = excluded.route,
         version = nextval('ops.route_version'), updated_at = now()`,
      [host, environment, JSON.stringify(route)],
    );
  },
  removeEnvironment: async (environment) => {
    await db.query('delete from ops.routes where environment = $1', [environment]);
  },
});
