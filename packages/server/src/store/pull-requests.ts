import { json, type Queryable, query, queryOne } from './queryable.ts';

/** What deciding remembers of a pull request, as it was put in; null when nothing was ever heard of it. */
export const readKnownPull = async (db: Queryable, environment: string): Promise<unknown> =>
  (await queryOne<{ known: unknown }>(db, 'select known from ops.pull_requests where environment = $1', [environment]))
    ?.known ?? null;

export const saveKnownPull = async (
  db: Queryable,
  environment: string,
  project: string,
  known: unknown,
): Promise<void> => {
  await query(
    db,
    `insert into ops.pull_requests (environment, project, known) values ($1, $2, $3)
     on conflict (environment) do update set known = excluded.known`,
    [environment, project, json(known)],
  );
};
