import { Failure } from '@slipway/contracts/failure';
import type { UserView } from '@slipway/contracts/people-views';
import type { Role } from '@slipway/contracts/permissions';
import { type Queryable, query, queryOne } from './queryable.ts';

const VIEW = `select u.id, u.name, u.email, u.administrator as installation, u.deactivated_at is null as active,
    u.two_factor_enabled as "twoFactor", u.created_at as "createdAt",
    coalesce((select jsonb_object_agg(m.project, m.role order by m.project) from ops.memberships m where m.user_id = u.id), '{}') as roles,
    (select max(s.updated_at) from ops.sessions s where s.user_id = u.id) as "lastSeenAt"
  from ops.users u`;

export const listUsers = (db: Queryable): Promise<UserView[]> =>
  query(db, `${VIEW} order by u.deactivated_at is not null, lower(u.name), u.email`);

/** By id or e-mail address. Failure: user-unknown. */
export const findUser = async (db: Queryable, idOrEmail: string): Promise<UserView> => {
  const found = await queryOne<UserView>(db, `${VIEW} where u.id = $1 or u.email = lower($1)`, [idOrEmail]);
  if (found === null) throw new Failure('user-unknown', { user: idOrEmail });
  return found;
};

export const anyUsers = async (db: Queryable): Promise<boolean> =>
  (await queryOne(db, 'select 1 from ops.users limit 1')) !== null;

/** What a session or a token may; null: no such account, or one that was switched off. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly twoFactor: boolean;
  readonly organisation: string;
  readonly administrator: boolean;
  readonly roles: Readonly<Record<string, Role>>;
}

export const activeAccount = (db: Queryable, id: string): Promise<Account | null> =>
  queryOne(
    db,
    `select u.id, u.name, u.email, u.two_factor_enabled as "twoFactor", u.organisation, u.administrator,
       coalesce((select jsonb_object_agg(m.project, m.role) from ops.memberships m where m.user_id = u.id), '{}') as roles
     from ops.users u where u.id = $1 and u.deactivated_at is null`,
    [id],
  );

export interface UserToMake {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly administrator: boolean;
  /** Made by passwords.ts. */
  readonly passwordHash: string;
}

/** An account with a password. Failure: user-exists. */
export const makeUser = async (db: Queryable, user: UserToMake): Promise<void> => {
  const made = await queryOne(
    db,
    // Whoever gave out the link vouches for the address: it need not be proved before a provider's account is joined to it.
    `insert into ops.users (id, name, email, email_verified, administrator) values ($1, $2, $3, true, $4)
     on conflict (email) do nothing returning id`,
    [user.id, user.name, user.email, user.administrator],
  );
  if (made === null) throw new Failure('user-exists', { email: user.email });
  await query(
    db,
    `insert into ops.accounts (id, user_id, account_id, provider_id, password) values ($1, $1, $1, 'credential', $2)`,
    [user.id, user.passwordHash],
  );
};

export const setPassword = async (db: Queryable, user: string, passwordHash: string): Promise<void> => {
  await query(
    db,
    `insert into ops.accounts (id, user_id, account_id, provider_id, password) values ($1, $1, $1, 'credential', $2)
     on conflict (provider_id, account_id) do update set password = excluded.password, updated_at = now()`,
    [user, passwordHash],
  );
};

export const removeSecondFactor = async (db: Queryable, user: string): Promise<void> => {
  await query(db, 'delete from ops.two_factors where user_id = $1', [user]);
  await query(db, 'update ops.users set two_factor_enabled = false where id = $1', [user]);
};

/**
 * Says whether somebody is an administrator, or may sign in at all. Whoever may no longer loses sessions and tokens at once.
 * Failure: last-administrator.
 */
export const changeUser = async (
  db: Queryable,
  user: UserView,
  to: { readonly installation?: boolean | undefined; readonly active?: boolean | undefined },
): Promise<void> => {
  await guardAdministrators(db);
  await query(
    db,
    `update ops.users set administrator = coalesce($2, administrator), updated_at = now(),
       deactivated_at = case $3::boolean when true then null when false then coalesce(deactivated_at, now()) else deactivated_at end
     where id = $1`,
    [user.id, to.installation ?? null, to.active ?? null],
  );
  if (to.active === false) {
    await endSessions(db, user.id);
    await query(db, 'update ops.tokens set revoked_at = now() where user_id = $1 and revoked_at is null', [user.id]);
  }
  await requireAdministrator(db, user.email);
};

/** Failure: last-administrator. */
export const removeUser = async (db: Queryable, user: UserView): Promise<void> => {
  await guardAdministrators(db);
  await query(db, 'delete from ops.users where id = $1', [user.id]);
  await requireAdministrator(db, user.email);
};

/** Two who take each other's right away at the same moment come one after the other. */
const guardAdministrators = (db: Queryable): Promise<unknown> =>
  query(db, 'select id from ops.users where administrator order by id for update');

const requireAdministrator = async (db: Queryable, user: string): Promise<void> => {
  const left = await queryOne(db, 'select 1 from ops.users where administrator and deactivated_at is null limit 1');
  if (left === null) throw new Failure('last-administrator', { user });
};

/** Every session, and what waits for a second factor; `but` one. Answers how many. */
export const endSessions = async (db: Queryable, user: string, but: string | null = null): Promise<number> => {
  await query(db, 'delete from ops.verifications where value = $1', [user]);
  const ended = await query(db, 'delete from ops.sessions where user_id = $1 and id is distinct from $2 returning id', [
    user,
    but,
  ]);
  return ended.length;
};
