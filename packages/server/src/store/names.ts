import { type Queryable, query } from './queryable.ts';

/** What people are called that are written down by their address, the present one or a former. */
export type Names = ReadonlyMap<string, string>;

const NAMES = `
  select email as who, name from ops.users where email = any($1)
  union all
  select f.email, u.name from ops.former_addresses f join ops.users u on u.id = f.user_id where f.email = any($1)`;

/** Of programs, of the operator and of whoever was removed there is none. */
export const namesOf = async (db: Queryable, whos: readonly (string | null)[]): Promise<Names> => {
  const asked = [...new Set(whos)].filter((who) => who?.includes('@'));
  if (asked.length === 0) return new Map();
  const rows = await query<{ readonly who: string; readonly name: string }>(db, NAMES, [asked]);
  return new Map(rows.map(({ who, name }) => [who, name]));
};
