/** What people change about themselves. */
import { Failure } from '@slipway/contracts/failure';
import { type Queryable, query, queryOne } from './queryable.ts';

export const setName = async (db: Queryable, user: string, name: string): Promise<void> => {
  await query(db, 'update ops.users set name = $2, updated_at = now() where id = $1', [user, name]);
};

/** Null: the account has no password, only another provider's login. */
export const passwordHashOf = async (db: Queryable, user: string): Promise<string | null> => {
  const row = await queryOne<{ password: string | null }>(
    db,
    `select password from ops.accounts where user_id = $1 and provider_id = 'credential'`,
    [user],
  );
  return row?.password ?? null;
};

/**
 * Takes another address and remembers the one before it. Nobody has looked whether the new one is theirs: no provider's account is joined to
 * it, unless it was theirs before. Failure: address-taken, by whoever has it, had it or is invited with it.
 */
export const setAddress = async (
  db: Queryable,
  { user, email, now }: { readonly user: string; readonly email: string; readonly now: string },
): Promise<void> => {
  // One after the other, with whoever takes the same address or accepts an invitation for it.
  await query(db, 'lock table ops.users in share row exclusive mode');
  const taken = await queryOne(
    db,
    `select 1 from ops.users where email = $2 and id <> $1
     union all select 1 from ops.former_addresses where email = $2 and user_id <> $1
     union all select 1 from ops.invitations where email = $2 and accepted_at is null and revoked_at is null and expires_at > $3`,
    [user, email, now],
  );
  if (taken !== null) throw new Failure('address-taken', { email });
  await query(
    db,
    `insert into ops.former_addresses (user_id, email, verified, left_at)
     select id, email, email_verified, $2 from ops.users where id = $1
     on conflict (user_id, email) do update set verified = excluded.verified, left_at = excluded.left_at`,
    [user, now],
  );
  await query(
    db,
    `with before as (delete from ops.former_addresses where user_id = $1 and email = $2 returning verified)
     update ops.users set email = $2, email_verified = coalesce((select verified from before), false), updated_at = now() where id = $1`,
    [user, email],
  );
  await query(db, 'update ops.tokens set email = $2 where user_id = $1', [user, email]);
};

/** Of an account; of none where there is none. */
export const formerAddresses = async (db: Queryable, user: string | null): Promise<readonly string[]> => {
  const rows = await query<{ email: string }>(
    db,
    'select email from ops.former_addresses where user_id = $1 order by email',
    [user],
  );
  return rows.map(({ email }) => email);
};
