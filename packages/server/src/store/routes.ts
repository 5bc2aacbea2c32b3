import type { RouteEntry, Stage, Upstream } from '../domain/environment.ts';
import type { Slot } from '../domain/names.ts';
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

/** An environment that is meant to be served by a slot at this moment, and the address that the edge uses for it. */
export interface Serving {
  readonly environment: string;
  readonly host: string;
  readonly slot: Slot;
  readonly stage: Stage;
  readonly upstream: Upstream;
}

export const listServing = (db: Queryable): Promise<Serving[]> =>
  query(
    db,
    `select e.id as environment, r.host, e.live_slot as slot, e.stage, r.route -> 'upstream' as upstream
     from ops.environments e join ops.routes r on r.environment = e.id and r.host = e.host
     where e.closed_at is null and e.live_slot is not null and r.route ->> 'kind' in ('serve', 'read-only') order by e.id`,
  );

/** Changes the address of a route that serves and that nobody changed meanwhile, and nothing else of it; false when somebody did. */
export const moveRoute = async (
  db: Queryable,
  move: { readonly host: string; readonly from: Upstream; readonly to: Upstream },
): Promise<boolean> => {
  const rows = await query(
    db,
    `update ops.routes set route = jsonb_set(route, '{upstream}', $3), version = nextval('ops.route_version'), updated_at = now()
     where host = $1 and route -> 'upstream' = $2 returning host`,
    [move.host, json(move.from), json(move.to)],
  );
  return rows.length > 0;
};
