import { createHash, timingSafeEqual } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type { Role } from '@slipway/contracts/permissions';
import { allows, type Scope } from '@slipway/contracts/route';
import type { TokenOwner } from '../store/tokens.ts';
import type { Account } from '../store/users.ts';

/** Who asks, and what they may. */
export interface Caller {
  readonly who: string;
  /** Null: a token that stands for no person, such as the installation's own. */
  readonly email: string | null;
  /** Id of the account; null: a token that is nobody's account. */
  readonly user: string | null;
  readonly via: 'operator' | 'token' | 'session';
  readonly organisation: string;
  /** May everything in every project of the organisation. */
  readonly installation: boolean;
  /** By project. */
  readonly roles: Readonly<Record<string, Role>>;
  /** What a token was made for: it narrows what the role allows. Null: nothing is narrowed, as for a session. */
  readonly scopes: readonly Scope[] | null;
}

/** Whoever may read the token's file: an administrator of the machine. */
export const OPERATOR: Caller = {
  who: 'operator',
  email: null,
  user: null,
  via: 'operator',
  organisation: 'default',
  installation: true,
  roles: {},
  scopes: ['admin'],
};

/** What a token of a person begins with, so that one that leaks is recognised. */
export const TOKEN_PREFIX = 'slipway_';
const BEARER = new RegExp(`^Bearer (${TOKEN_PREFIX}[A-Za-z0-9_-]{43})$`);

export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export type FindToken = (sha256: Buffer) => Promise<TokenOwner | null>;

/** Null: not a token of anybody. */
export const namedCaller = async (header: string | undefined, find: FindToken): Promise<Caller | null> => {
  const token = BEARER.exec(header ?? '')?.[1];
  if (token === undefined) return null;
  const hash = hashOfToken(token);
  const owner = await find(hash);
  if (owner === null || !timingSafeEqual(owner.sha256, hash)) return null;
  if (owner.account !== null) return callerOfOwnToken(owner, owner.account);
  // A token that was made for nobody's account is the organisation's, and only its scopes bound it.
  return { ...OPERATOR, who: owner.name, email: owner.email, via: 'token', scopes: owner.scopes };
};

/** What the person may, within what the token was made for. Rights over everything are none over some projects. */
const callerOfOwnToken = ({ scopes, projects }: TokenOwner, account: Account): Caller => {
  const roles = account.administrator
    ? Object.fromEntries((projects ?? []).map((project) => [project, 'admin' as const]))
    : Object.fromEntries(Object.entries(account.roles).filter(([name]) => projects?.includes(name) ?? true));
  const { id: user, email, organisation } = account;
  const installation = account.administrator && projects === null;
  return { who: email, email, user, via: 'token', organisation, installation, roles, scopes };
};

/** Failure: token-scope. */
export const requireScope = ({ who, scopes }: Caller, needed: Scope): void => {
  if (scopes !== null && !allows(scopes, needed))
    throw new Failure('token-scope', { who, scopes: scopes.join(', '), needed });
};
