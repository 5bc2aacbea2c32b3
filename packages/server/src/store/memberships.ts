import type { Role } from '@slipway/contracts/permissions';
import { type Queryable, query, queryOne } from './queryable.ts';

/** What a person may, by project. */
export const rolesOf = async (db: Queryable, user: string): Promise<Readonly<Record<string, Role>>> => {
  const rows = await query<{ project: string; role: Role }>(
    db,
    'select project, role from ops.memberships where user_id = $1 order by project',
    [user],
  );
  return Object.fromEntries(rows.map(({ project, role }) => [project, role]));
};

export interface Membership {
  readonly user: string;
  readonly project: string;
  readonly role: Role;
}

/** Makes a person a member, or gives a member another role. Answers the role that they had; null: none. */
export const setRole = async (
  db: Queryable,
  { user, project, role, by }: Membership & { readonly by: string },
): Promise<Role | null> => {
  const [row] = await query<{ former: Role | null }>(
    db,
    `with former as (select role from ops.memberships where user_id = $1 and project = $2)
     insert into ops.memberships (user_id, project, role, given_by) values ($1, $2, $3, $4)
     on conflict (user_id, project) do update set role = excluded.role, given_by = excluded.given_by, given_at = now()
     returning (select role from former) as former`,
    [user, project, role, by],
  );
  return row?.former ?? null;
};

/** Answers the role that was taken away; null: they had none. */
export const removeRole = async (db: Queryable, user: string, project: string): Promise<Role | null> => {
  const [row] = await query<{ role: Role }>(
    db,
    'delete from ops.memberships where user_id = $1 and project = $2 returning role',
    [user, project],
  );
  return row?.role ?? null;
};

export interface Member {
  readonly user: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** False: the account was switched off. */
  readonly active: boolean;
  readonly givenBy: string;
  readonly givenAt: string;
}

/** Who is in a project, by name. */
export const membersOf = (db: Queryable, project: string): Promise<Member[]> =>
  query(
    db,
    `select m.user_id as "user", u.name, u.email, m.role, u.deactivated_at is null as active, m.given_by as "givenBy",
       m.given_at as "givenAt"
     from ops.memberships m join ops.users u on u.id = m.user_id where m.project = $1 order by lower(u.name), u.email`,
    [project],
  );

/** The id of an account of the project's organisation, by id or e-mail address; null: there is none. */
export const accountNamed = async (db: Queryable, project: string, name: string): Promise<string | null> => {
  const found = await queryOne<{ id: string }>(
    db,
    `select u.id from ops.users u join ops.projects p on p.organisation = u.organisation
     where p.id = $1 and (u.id = $2 or u.email = lower($2)) order by u.id = $2 desc limit 1`,
    [project, name],
  );
  return found?.id ?? null;
};
