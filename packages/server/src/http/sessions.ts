import type { IncomingHttpHeaders } from 'node:http';
import { SESSION_COOKIE, SESSION_COOKIE_OVER_HTTPS } from '@slipway/contracts/session-cookie';
import type { SignIn } from '../ports/sign-in.ts';
import type { Queryable } from '../store/queryable.ts';
import { type Account, activeAccount } from '../store/users.ts';
import type { Caller } from './callers.ts';

export interface SignedIn {
  readonly caller: Caller;
  /** Id of the session. */
  readonly session: string;
  /** To be sent along with the answer. */
  readonly cookies: readonly string[];
}

/** Whose session the cookies of a request are; null: nobody's that is worth anything. */
export type FindSession = (headers: IncomingHttpHeaders) => Promise<SignedIn | null>;

const OURS = [SESSION_COOKIE, SESSION_COOKIE_OVER_HTTPS];

const holdsOurs = (cookie: string): boolean =>
  cookie.split(';').some((one) => OURS.includes(one.split('=')[0]?.trim() ?? ''));

export const callerOfAccount = (account: Account): Caller => ({
  // The address, not the name: nobody else has it.
  who: account.email,
  email: account.email,
  user: account.id,
  via: 'session',
  organisation: account.organisation,
  installation: account.administrator,
  roles: account.roles,
  scopes: null,
});

export const findSessionIn =
  (db: Queryable, signIn: SignIn): FindSession =>
  async ({ cookie }) => {
    if (cookie === undefined || !holdsOurs(cookie)) return null;
    const open = await signIn.sessionOf(new Headers({ cookie }));
    // Asked each time: what was taken away is gone with the next request.
    const account = open === null ? null : await activeAccount(db, open.user);
    if (open === null || account === null) return null;
    return { caller: callerOfAccount(account), session: open.id, cookies: open.cookies };
  };
