/** Tokens that people make for themselves: of an account, and worth nothing without it. */
import { Failure } from '@slipway/contracts/failure';
import type { MyTokenView } from '@slipway/contracts/people-views';
import type { Scope } from '@slipway/contracts/route';
import { type Queryable, query, queryOne } from './queryable.ts';

const COLUMNS = `id, name, scopes, projects, created_at as "createdAt", expires_at as "expiresAt",
  last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;

export interface OwnTokenToSave {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly email: string;
  readonly scopes: readonly Scope[];
  /** Null: every project that the roles of the person reach. */
  readonly projects: readonly string[] | null;
  readonly sha256: Buffer;
  readonly expiresAt: string | null;
}

/** Failure: token-exists. */
export const saveOwnToken = async (db: Queryable, token: OwnTokenToSave): Promise<MyTokenView> => {
  const saved = await queryOne<MyTokenView>(
    db,
    `insert into ops.tokens (id, organisation, name, email, scopes, projects, sha256, created_by, user_id, expires_at)
     select $1, organisation, $2, $3, $4, $5, $6, $3, $7, $8 from ops.users where id = $7
     on conflict (organisation, coalesce(user_id, ''), lower(name)) where revoked_at is null do nothing returning ${COLUMNS}`,
    [
      ...[token.id, token.name, token.email, token.scopes, token.projects, token.sha256],
      ...[token.user, token.expiresAt],
    ],
  );
  if (saved === null) throw new Failure('token-exists', { name: token.name });
  return saved;
};

export const listOwnTokens = (db: Queryable, user: string): Promise<MyTokenView[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.tokens where user_id = $1 order by revoked_at is not null, lower(name), created_at desc`,
    [user],
  );

/** By id, or by name. Failure: token-unknown. */
export const revokeOwnToken = async (db: Queryable, user: string, token: string): Promise<MyTokenView> => {
  const revoked = await queryOne<MyTokenView>(
    db,
    `update ops.tokens set revoked_at = now() where user_id = $1 and (id = $2 or lower(name) = lower($2)) and revoked_at is null
     returning ${COLUMNS}`,
    [user, token],
  );
  if (revoked === null) throw new Failure('token-unknown', { token });
  return revoked;
};
