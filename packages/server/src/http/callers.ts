import { createHash, timingSafeEqual } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import { allows, type Scope } from '@slipway/contracts/route';
import type { TokenOwner } from '../store/tokens.ts';

/** Who asks, and what they may. */
export interface Caller {
  readonly who: string;
  /** Null: a token that stands for no person, such as the installation's own. */
  readonly email: string | null;
  readonly scopes: readonly Scope[];
}

/** Whoever may read the token's file: an administrator of the machine. */
export const OPERATOR: Caller = { who: 'operator', email: null, scopes: ['admin'] };

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
  return { who: owner.name, email: owner.email, scopes: owner.scopes };
};

/** Failure: token-scope. */
export const requireScope = ({ who, scopes }: Caller, needed: Scope): void => {
  if (!allows(scopes, needed)) throw new Failure('token-scope', { who, scopes: scopes.join(', '), needed });
};
