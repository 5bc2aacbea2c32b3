import { Failure } from '@slipway/contracts/failure';
import type { InvitationView } from '@slipway/contracts/people-views';
import type { Role } from '@slipway/contracts/permissions';
import { setRole } from './memberships.ts';
import { type Queryable, query, queryOne } from './queryable.ts';

const COLUMNS = `id, email, name, administrator as installation, roles, created_by as "createdBy", created_at as "createdAt",
  expires_at as "expiresAt"`;
const STATE = `case when accepted_at is not null then 'accepted' when revoked_at is not null then 'revoked'
  when expires_at <= $1 then 'expired' else 'open' end as state`;
const OPEN = 'accepted_at is null and revoked_at is null and expires_at > $1';

export interface InvitationToSave {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly installation: boolean;
  readonly roles: Readonly<Record<string, Role>>;
  readonly sha256: Buffer;
  readonly createdBy: string;
  readonly expiresAt: string;
}

/** One that is too old makes room. Failures: user-exists, invitation-exists. */
export const saveInvitation = async (
  db: Queryable,
  invitation: InvitationToSave,
  now: string,
): Promise<InvitationView> => {
  const { email } = invitation;
  if ((await queryOne(db, 'select 1 from ops.users where email = $1', [email])) !== null)
    throw new Failure('user-exists', { email });
  await query(
    db,
    `update ops.invitations set revoked_at = $1 where email = $2 and accepted_at is null and revoked_at is null and expires_at <= $1`,
    [now, email],
  );
  const saved = await queryOne<InvitationView>(
    db,
    `insert into ops.invitations (id, email, name, administrator, roles, sha256, created_by, created_at, expires_at)
     values ($2, $3, $4, $5, $6, $7, $8, $1, $9)
     on conflict (organisation, email) where accepted_at is null and revoked_at is null do nothing returning ${COLUMNS}, ${STATE}`,
    [
      ...[now, invitation.id, email, invitation.name, invitation.installation, JSON.stringify(invitation.roles)],
      ...[invitation.sha256, invitation.createdBy, invitation.expiresAt],
    ],
  );
  if (saved === null) throw new Failure('invitation-exists', { email });
  return saved;
};

export const listInvitations = (db: Queryable, now: string): Promise<InvitationView[]> =>
  query(db, `select ${COLUMNS}, ${STATE} from ops.invitations order by created_at desc, id desc limit 1000`, [now]);

/** Failure: invitation-unknown. */
export const revokeInvitation = async (db: Queryable, id: string, now: string): Promise<InvitationView> => {
  const revoked = await queryOne<InvitationView>(
    db,
    `update ops.invitations set revoked_at = $1 where id = $2 and accepted_at is null and revoked_at is null
     returning ${COLUMNS}, ${STATE}`,
    [now, id],
  );
  if (revoked === null) throw new Failure('invitation-unknown', { invitation: id });
  return revoked;
};

/** Failure: link-worthless. */
export const openInvitation = async (db: Queryable, sha256: Buffer, now: string): Promise<InvitationView> => {
  const found = await queryOne<InvitationView>(
    db,
    `select ${COLUMNS}, ${STATE} from ops.invitations where ${OPEN} and sha256 = $2`,
    [now, sha256],
  );
  if (found === null) throw new Failure('link-worthless', {});
  return found;
};

export const openInvitationOf = (db: Queryable, email: string, now: string): Promise<InvitationView | null> =>
  queryOne(db, `select ${COLUMNS}, ${STATE} from ops.invitations where ${OPEN} and email = lower($2)`, [now, email]);

/** Uses an invitation up for an account that exists by now: rights and roles. False: somebody else was faster. */
export const acceptInvitation = async (
  db: Queryable,
  invitation: InvitationView,
  user: string,
  now: string,
): Promise<boolean> => {
  const taken = await queryOne(
    db,
    `update ops.invitations set accepted_at = $1 where id = $2 and ${OPEN} returning id`,
    [now, invitation.id],
  );
  if (taken === null) return false;
  await query(db, 'update ops.users set administrator = $2 where id = $1', [user, invitation.installation]);
  const there = await query<{ id: string }>(db, 'select id from ops.projects where id = any($1)', [
    Object.keys(invitation.roles),
  ]);
  for (const { id } of there)
    await setRole(db, { user, project: id, role: invitation.roles[id] as Role, by: invitation.createdBy });
  return true;
};
