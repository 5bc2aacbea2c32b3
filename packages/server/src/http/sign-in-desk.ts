import { createHash } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type { FastifyRequest } from 'fastify';
import type { Slipway } from '../flows/slipway.ts';
import type { SignIn } from '../ports/sign-in.ts';
import { type AuditEntry, recordAudit } from '../store/audit.ts';
import { passwordHashOf } from '../store/profiles.ts';
import { endSession, takeCode } from '../store/sessions.ts';
import { forgiveAttempts, takeAttempt } from '../store/sign-in-failures.ts';
import { findUser } from '../store/users.ts';
import { addressOf } from './address.ts';
import type { Call } from './api.ts';
import { type Asked, askLibrary, type LibraryAnswer, refusalOf } from './sign-in-answers.ts';

export interface People {
  readonly signIn: SignIn;
  /** Of the dashboard, as people type it. */
  readonly origin: string;
}

/** What the routes about signing in share: the library, and the store where it is written down what came of it. */
export interface Desk extends People {
  readonly slipway: Slipway;
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text.toLowerCase()).digest();
const cookieOf = (cookies: readonly string[]): string => cookies.map((one) => one.split(';')[0]).join('; ');

export const note = ({ slipway }: Desk, call: Call, entry: Omit<AuditEntry, 'from'>): Promise<void> =>
  recordAudit(slipway.db, { ...entry, from: addressOf(call.request) });

export const noteOwn = (desk: Desk, call: Call, what: string): Promise<void> =>
  note(desk, call, { who: call.who, what, target: call.who });

const sessionOf = (desk: Desk, cookie: string | undefined) =>
  cookie === undefined ? null : desk.signIn.sessionOf(new Headers({ cookie }));

/** The address of whoever is signed in; null: nobody. */
export const whoIs = async (desk: Desk, request: Pick<FastifyRequest, 'headers'>): Promise<string | null> => {
  const open = await sessionOf(desk, request.headers.cookie);
  return open === null ? null : (await findUser(desk.slipway.db, open.user)).email;
};

export const whoseCookies = (desk: Desk, cookies: readonly string[]): Promise<string | null> =>
  whoIs(desk, { headers: { cookie: cookieOf(cookies) } });

/** Id of the session that an answer opened. */
export const sessionIn = async (desk: Desk, { headers }: LibraryAnswer): Promise<string | null> =>
  (await sessionOf(desk, cookieOf(headers.getSetCookie())))?.id ?? null;

/** Failure: session-needed. */
export const ownSession = (call: Call): { readonly user: string; readonly email: string; readonly session: string } => {
  const { caller, session } = call.request;
  if (caller?.user == null || caller.email === null || session === null) throw new Failure('session-needed', {});
  return { user: caller.user, email: caller.email, session };
};

/** Counted before it is tried. Failure: too-many-attempts. */
const attempt = async (desk: Desk, call: Call, email: string): Promise<void> => {
  const { db, clock } = desk.slipway;
  const seconds = await takeAttempt(db, hashOf(email), clock.now().toISOString());
  if (seconds === 0) return;
  await note(desk, call, { who: 'nobody', what: 'sign-in', target: email, result: 'locked', details: { seconds } });
  throw new Failure('too-many-attempts', { seconds });
};

const ask = (desk: Desk, call: Call, asked: Asked): Promise<LibraryAnswer> =>
  askLibrary(desk.signIn, desk.origin, call, asked);

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly rememberMe: boolean;
}

/** Failures: too-many-attempts, sign-in-refused. */
export const signInWithPassword = async (desk: Desk, call: Call, body: Credentials) => {
  const { email } = body;
  await attempt(desk, call, email);
  const answer = await ask(desk, call, { path: '/sign-in/email', body });
  if (answer.status !== 200) {
    await note(desk, call, { who: 'nobody', what: 'sign-in', target: email, result: 'refused' });
    throw refusalOf(answer, {}, new Failure('sign-in-refused', {}));
  }
  await forgiveAttempts(desk.slipway.db, hashOf(email));
  const signedIn = answer.body['twoFactorRedirect'] !== true;
  if (signedIn) await note(desk, call, { who: email, what: 'sign-in', target: email, details: { with: 'password' } });
  return { signedIn };
};

const wrongCode = (): Failure => new Failure('second-factor-wrong', {});

/** Failures: second-factor-wrong, second-factor-state, too-many-attempts. */
export const giveSecondFactor = async (
  desk: Desk,
  call: Call,
  { path, what, code }: { readonly path: string; readonly what: string; readonly code: string },
) => {
  const already = await whoIs(desk, call.request);
  const who = already ?? 'nobody';
  const answer = await ask(desk, call, { path, body: { code } });
  if (answer.status !== 200) {
    await note(desk, call, { who, what: 'second-factor', target: already ?? 'unknown', result: 'refused' });
    throw refusalOf(answer, secondFactorStates(), wrongCode());
  }
  const { id = '', email = '' } = (answer.body['user'] ?? {}) as { readonly id?: string; readonly email?: string };
  if (!(await takeCode(desk.slipway.db, id, hashOf(code)))) {
    const session = await sessionIn(desk, answer);
    if (session !== null) await endSession(desk.slipway.db, id, session);
    call.reply.removeHeader('set-cookie');
    await note(desk, call, { who, what: 'second-factor', target: email, result: 'used-before' });
    throw wrongCode();
  }
  const entry = already === null ? { what: 'sign-in', details: { with: what } } : { what: 'second-factor.enable' };
  await note(desk, call, { who: email, target: email, ...entry });
  return { signedIn: true };
};

/** What needs the present password once more. Failures: session-needed, too-many-attempts, password-wrong, second-factor-state. */
export const askWithPassword = async (desk: Desk, call: Call, asked: Asked): Promise<LibraryAnswer> => {
  const { email } = ownSession(call);
  await attempt(desk, call, email);
  const answer = await ask(desk, call, asked);
  if (answer.status !== 200) throw refusalOf(answer, secondFactorStates(), new Failure('password-wrong', {}));
  await forgiveAttempts(desk.slipway.db, hashOf(email));
  return answer;
};

/** The same, of what is ours to do. Failures: session-needed, too-many-attempts, password-wrong. */
export const requirePassword = async (desk: Desk, call: Call, password: string): Promise<void> => {
  const { user, email } = ownSession(call);
  await attempt(desk, call, email);
  const hash = await passwordHashOf(desk.slipway.db, user);
  if (hash === null || !(await desk.signIn.fitsPassword(hash, password))) throw new Failure('password-wrong', {});
  await forgiveAttempts(desk.slipway.db, hashOf(email));
};

const secondFactorStates = (): Readonly<Record<string, Failure>> => {
  const off = new Failure('second-factor-state', { reason: 'it is not on' });
  return {
    TOTP_ALREADY_ENABLED: new Failure('second-factor-state', { reason: 'it is on already' }),
    ...{ TWO_FACTOR_NOT_ENABLED: off, BACKUP_CODES_NOT_ENABLED: off, TOTP_NOT_ENABLED: off },
  };
};
