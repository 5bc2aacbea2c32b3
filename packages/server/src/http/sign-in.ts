import { createHash } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type { changePasswordBody, codeBody, passwordBody, providerBody, signInBody } from '@slipway/contracts/people-views';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { requireGoodPassword } from '../flows/people.ts';
import type { Slipway } from '../flows/slipway.ts';
import type { SignIn } from '../ports/sign-in.ts';
import { type AuditEntry, recordAudit } from '../store/audit.ts';
import { forgiveAttempts, takeAttempt } from '../store/sign-in-failures.ts';
import { anyUsers, endSessions, findUser } from '../store/users.ts';
import { addressOf } from './address.ts';
import { addRoute, type Call } from './api.ts';
import { type Asked, askLibrary, type LibraryAnswer, refusalOf } from './sign-in-answers.ts';

export interface People {
  readonly signIn: SignIn;
  /** Of the dashboard, as people type it. */
  readonly origin: string;
}

const accountOf = (email: string): Buffer => createHash('sha256').update(email.toLowerCase()).digest();

/** Failure: session-needed. */
export const ownSession = (call: Call): { readonly user: string; readonly email: string; readonly session: string } => {
  const { caller, session } = call.request;
  if (caller?.user == null || caller.email === null || session === null) throw new Failure('session-needed', {});
  return { user: caller.user, email: caller.email, session };
};

export const signInRoutes = (app: FastifyInstance, slipway: Slipway, people: People): void => {
  const desk = openDesk(slipway, people);
  addRoute(app, 'signInWays', async () => ({
    providers: people.signIn.providers,
    setup: !(await anyUsers(slipway.db)),
  }));
  addRoute(app, 'signIn', async (call) => {
    const { email, password, remember } = call.body as z.output<typeof signInBody>;
    return desk.signIn(call, { email, password, rememberMe: remember });
  });
  addRoute(app, 'signInCode', (call) => desk.secondFactor(call, '/two-factor/verify-totp', 'code'));
  addRoute(app, 'signInRecovery', (call) => desk.secondFactor(call, '/two-factor/verify-backup-code', 'recovery code'));
  addRoute(app, 'signOut', async (call) => {
    const who = await desk.whoIs(call.request);
    await askLibrary(people.signIn, people.origin, call, { path: '/sign-out', body: {} });
    if (who !== null) await desk.note(call, { who, what: 'sign-out', target: who });
    return { done: true };
  });
  providerRoutes(app, people, desk);
  secondFactorRoutes(app, slipway, desk);
};

const providerRoutes = (app: FastifyInstance, { signIn, origin }: People, desk: Desk): void => {
  const known = (id = ''): string => {
    if (!signIn.providers.some((provider) => provider.id === id)) throw new Failure('provider-unknown', { provider: id });
    return id;
  };
  addRoute(app, 'signInWith', async (call) => {
    const provider = known(call.parameters['provider']);
    const { next } = call.body as z.output<typeof providerBody>;
    const body = { provider, callbackURL: `${origin}${next}`, errorCallbackURL: `${origin}/sign-in`, disableRedirect: true };
    const answer = await askLibrary(signIn, origin, call, { path: '/sign-in/social', body });
    const { url } = answer.body;
    if (answer.status !== 200 || typeof url !== 'string')
      throw refusalOf(answer, {}, new Failure('provider-unknown', { provider }));
    return { url };
  });
  addRoute(app, 'signInCallback', async (call) => {
    const provider = known(call.parameters['provider']);
    const query = new URLSearchParams(call.query as Record<string, string>);
    const path = `/callback/${provider}?${query}`;
    const answer = await askLibrary(signIn, origin, call, { method: 'GET', path });
    const who = await desk.whoseCookies(answer.headers.getSetCookie());
    if (who !== null) await desk.note(call, { who, what: 'sign-in', target: who, details: { with: provider } });
    const to = answer.headers.get('location') ?? `${origin}/sign-in?error=refused`;
    return call.reply.code(302).header('location', to).send();
  });
};

const secondFactorRoutes = (app: FastifyInstance, slipway: Slipway, desk: Desk): void => {
  addRoute(app, 'enableSecondFactor', async (call) => {
    const { password } = call.body as z.output<typeof passwordBody>;
    const answer = await desk.withPassword(call, { path: '/two-factor/enable', body: { password, method: 'totp' } });
    await desk.noteOwn(call, 'second-factor.begin');
    return { address: String(answer.body['totpURI']), recoveryCodes: answer.body['backupCodes'] };
  });
  addRoute(app, 'disableSecondFactor', async (call) => {
    const { password } = call.body as z.output<typeof passwordBody>;
    await desk.withPassword(call, { path: '/two-factor/disable', body: { password } });
    await desk.noteOwn(call, 'second-factor.disable');
    return { done: true };
  });
  addRoute(app, 'renewRecoveryCodes', async (call) => {
    const { password } = call.body as z.output<typeof passwordBody>;
    const answer = await desk.withPassword(call, { path: '/two-factor/generate-backup-codes', body: { password } });
    await desk.noteOwn(call, 'second-factor.renew-codes');
    return { recoveryCodes: answer.body['backupCodes'] };
  });
  addRoute(app, 'changePassword', async (call) => {
    const { current, password } = call.body as z.output<typeof changePasswordBody>;
    const { user } = ownSession(call);
    requireGoodPassword(password, await findUser(slipway.db, user));
    const body = { currentPassword: current, newPassword: password, revokeOtherSessions: true };
    const answer = await desk.withPassword(call, { path: '/change-password', body });
    // The library made this session anew; whatever else came up meanwhile, or waits for a second factor, goes.
    const kept = await desk.sessionIn(answer.headers.getSetCookie());
    await endSessions(slipway.db, user, kept);
    await desk.noteOwn(call, 'password.change');
    return { done: true };
  });
};

type Desk = ReturnType<typeof openDesk>;

const WRONG_CODE = new Failure('second-factor-wrong', {});

/** What the routes share: asking the library, slowing down who guesses, writing down what came of it. */
const openDesk = (slipway: Slipway, { signIn, origin }: People) => {
  const { db } = slipway;
  const note = (call: Call, entry: Omit<AuditEntry, 'from'>): Promise<void> =>
    recordAudit(db, { ...entry, from: addressOf(call.request) });
  const whoIs = async (request: Pick<FastifyRequest, 'headers'>): Promise<string | null> => {
    const { cookie } = request.headers;
    const open = cookie === undefined ? null : await signIn.sessionOf(new Headers({ cookie }));
    return open === null ? null : (await findUser(db, open.user)).email;
  };
  const cookieOf = (cookies: readonly string[]): string => cookies.map((one) => one.split(';')[0]).join('; ');
  /** Failure: too-many-attempts. */
  const attempt = async (call: Call, email: string): Promise<void> => {
    const seconds = await takeAttempt(db, accountOf(email), slipway.clock.now().toISOString());
    if (seconds === 0) return;
    await note(call, { who: 'nobody', what: 'sign-in', target: email, result: 'locked', details: { seconds } });
    throw new Failure('too-many-attempts', { seconds });
  };
  const ask = (call: Call, asked: Asked): Promise<LibraryAnswer> => askLibrary(signIn, origin, call, asked);
  return {
    note,
    whoIs,
    whoseCookies: (cookies: readonly string[]) => whoIs({ headers: { cookie: cookieOf(cookies) } }),
    sessionIn: async (cookies: readonly string[]): Promise<string | null> =>
      (await signIn.sessionOf(new Headers({ cookie: cookieOf(cookies) })))?.id ?? null,
    noteOwn: (call: Call, what: string) => note(call, { who: call.who, what, target: call.who }),
    signIn: async (call: Call, body: { readonly email: string; readonly password: string; readonly rememberMe?: boolean }) => {
      const { email } = body;
      await attempt(call, email);
      const answer = await ask(call, { path: '/sign-in/email', body });
      if (answer.status !== 200) {
        await note(call, { who: 'nobody', what: 'sign-in', target: email, result: 'refused' });
        throw refusalOf(answer, {}, new Failure('sign-in-refused', {}));
      }
      await forgiveAttempts(db, accountOf(email));
      const signedIn = answer.body['twoFactorRedirect'] !== true;
      if (signedIn) await note(call, { who: email, what: 'sign-in', target: email, details: { with: 'password' } });
      return { signedIn };
    },
    secondFactor: async (call: Call, path: string, what: string) => {
      const { code } = call.body as z.output<typeof codeBody>;
      const already = await whoIs(call.request);
      const answer = await ask(call, { path, body: { code } });
      if (answer.status !== 200) {
        await note(call, { who: already ?? 'nobody', what: 'second-factor', target: already ?? 'unknown', result: 'refused' });
        throw refusalOf(answer, { TOTP_NOT_ENABLED: notBegun(), BACKUP_CODES_NOT_ENABLED: notBegun() }, WRONG_CODE);
      }
      const { email = '' } = (answer.body['user'] ?? {}) as { readonly email?: string };
      const entry = already === null ? { what: 'sign-in', details: { with: what } } : { what: 'second-factor.enable' };
      await note(call, { who: email, target: email, ...entry });
      return { signedIn: true };
    },
    /** What needs the present password once more. Failures: session-needed, too-many-attempts, password-wrong, second-factor-state. */
    withPassword: async (call: Call, asked: Asked): Promise<LibraryAnswer> => {
      const { email } = ownSession(call);
      await attempt(call, email);
      const answer = await ask(call, asked);
      if (answer.status !== 200) throw refusalOf(answer, STATES, new Failure('password-wrong', {}));
      await forgiveAttempts(db, accountOf(email));
      return answer;
    },
  };
};

const notBegun = (): Failure => new Failure('second-factor-state', { reason: 'it is not on' });
const STATES = {
  TOTP_ALREADY_ENABLED: new Failure('second-factor-state', { reason: 'it is on already' }),
  TWO_FACTOR_NOT_ENABLED: notBegun(),
  BACKUP_CODES_NOT_ENABLED: notBegun(),
  TOTP_NOT_ENABLED: notBegun(),
};
