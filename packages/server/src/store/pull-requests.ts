import type { Queryable } from './queryable.ts';

/** What deciding remembers of a pull request; the shape is `decide/known-pull.ts`. */
export const readKnownPull = async (db: Queryable, environment: string): Promise<unknown> => {
  const { rows } = await db.query('select known from ops.pull_requests where environment = $1', [environment]);
  return rows[0]?.['known'] ?? null;
};

export const saveKnownPull = async (db: Queryable, environment: string, project: string, known: unknown): Promise<void> => {
  await db.query(
    `insert into ops.pull_requests (environment, project, known) values ($1, $2, $3) on conflict (environment) do update set known = excluded.known`,
    [environment, project, JSON.stringify(known)],
  );
};
