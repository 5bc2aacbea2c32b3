import { Failure } from '@slipway/contracts/failure';
import type { Scope } from '@slipway/contracts/route';
import type { TokenView } from '@slipway/contracts/token-views';
import { type Queryable, query, queryOne } from './queryable.ts';
import { type Account, activeAccount } from './users.ts';

const COLUMNS = `id, name, email, scopes, created_by as "createdBy", created_at as "createdAt", expires_at as "expiresAt",
  last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;

export interface TokenToSave {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly scopes: readonly Scope[];
  readonly sha256: Buffer;
  readonly createdBy: string;
  readonly expiresAt: string | null;
}

/** Failure: token-exists. */
export const saveToken = async (db: Queryable, token: TokenToSave): Promise<TokenView> => {
  const saved = await queryOne<TokenView>(
    db,
    `insert into ops.tokens (id, name, email, scopes, sha256, created_by, expires_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (organisation, coalesce(user_id, ''), lower(name)) where revoked_at is null do nothing returning ${COLUMNS}`,
    [token.id, token.name, token.email, token.scopes, token.sha256, token.createdBy, token.expiresAt],
  );
  if (saved === null) throw new Failure('token-exists', { name: token.name });
  return saved;
};

/** Those in use first, then those that were revoked. */
export const listTokens = (db: Queryable): Promise<TokenView[]> =>
  query(db, `select ${COLUMNS} from ops.tokens order by revoked_at is not null, lower(name), created_at desc`);

/** By the name of one that is nobody's account, or by id. Failure: token-unknown. */
export const revokeToken = async (db: Queryable, name: string): Promise<TokenView> => {
  const revoked = await queryOne<TokenView>(
    db,
    `update ops.tokens set revoked_at = now()
     where (id = $1 or user_id is null and lower(name) = lower($1)) and revoked_at is null returning ${COLUMNS}`,
    [name],
  );
  if (revoked === null) throw new Failure('token-unknown', { token: name });
  return revoked;
};

export interface TokenOwner {
  readonly name: string;
  readonly email: string | null;
  readonly scopes: readonly Scope[];
  /** Of the token, as it is kept. */
  readonly sha256: Buffer;
  /** Of a token that a person made for themselves. */
  readonly account: Account | null;
  /** Null: every project. */
  readonly projects: readonly string[] | null;
}

interface Found {
  readonly id: string;
  readonly user: string | null;
  readonly stale: boolean;
}

/** Whose token has this hash, if it is worth anything now. That it was used is written down once a minute. */
export const tokenOwner = async (db: Queryable, sha256: Buffer, now: string): Promise<TokenOwner | null> => {
  const owner = await queryOne<Omit<TokenOwner, 'account'> & Found>(
    db,
    `select id, name, email, scopes, sha256, user_id as "user", projects, coalesce(last_used_at < $2::timestamptz - interval '1 minute', true) as stale
     from ops.tokens where sha256 = $1 and revoked_at is null and (expires_at is null or expires_at > $2)`,
    [sha256, now],
  );
  if (owner === null) return null;
  const account = owner.user === null ? null : await activeAccount(db, owner.user);
  if (owner.user !== null && account === null) return null;
  if (owner.stale) await query(db, 'update ops.tokens set last_used_at = $2 where id = $1', [owner.id, now]);
  return { ...owner, account };
};
