import { Failure } from '@slipway/contracts/failure';
import type {
  changePasswordBody,
  codeBody,
  passwordBody,
  providerBody,
  signInBody,
} from '@slipway/contracts/people-views';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { requireGoodPassword } from '../flows/people.ts';
import type { Slipway } from '../flows/slipway.ts';
import { anyUsers, endSessions, findUser } from '../store/users.ts';
import { addRoute } from './api.ts';
import { askLibrary, refusalOf } from './sign-in-answers.ts';
import {
  askWithPassword,
  type Desk,
  giveSecondFactor,
  note,
  noteOwn,
  ownSession,
  type People,
  sessionIn,
  signInWithPassword,
  whoIs,
  whoseCookies,
} from './sign-in-desk.ts';
import { refusalIn } from './sign-in-refusals.ts';

export const signInRoutes = (app: FastifyInstance, slipway: Slipway, people: People): void => {
  const desk: Desk = { ...people, slipway };
  addRoute(app, 'signInWays', async () => ({
    providers: people.signIn.providers,
    setup: !(await anyUsers(slipway.db)),
  }));
  addRoute(app, 'signIn', async (call) => {
    const { email, password, remember } = call.body as z.output<typeof signInBody>;
    return signInWithPassword(desk, call, { email, password, rememberMe: remember });
  });
  addRoute(app, 'signInCode', async (call) => {
    const { code } = call.body as z.output<typeof codeBody>;
    return giveSecondFactor(desk, call, { path: '/two-factor/verify-totp', what: 'code', code });
  });
  addRoute(app, 'signInRecovery', async (call) => {
    const { code } = call.body as z.output<typeof codeBody>;
    return giveSecondFactor(desk, call, { path: '/two-factor/verify-backup-code', what: 'recovery code', code });
  });
  addRoute(app, 'signOut', async (call) => {
    const who = await whoIs(desk, call.request);
    await askLibrary(people.signIn, people.origin, call, { path: '/sign-out', body: {} });
    if (who !== null) await note(desk, call, { who, what: 'sign-out', target: who });
    return { done: true };
  });
  providerRoutes(app, desk);
  secondFactorRoutes(app, desk);
  passwordRoute(app, desk);
};

const providerRoutes = (app: FastifyInstance, desk: Desk): void => {
  const { signIn, origin } = desk;
  const known = (id = ''): string => {
    if (!signIn.providers.some((provider) => provider.id === id))
      throw new Failure('provider-unknown', { provider: id });
    return id;
  };
  addRoute(app, 'signInWith', async (call) => {
    const provider = known(call.parameters['provider']);
    const { next } = call.body as z.output<typeof providerBody>;
    const addresses = { callbackURL: `${origin}${next}`, errorCallbackURL: `${origin}/sign-in` };
    const body = { provider, ...addresses, disableRedirect: true };
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
    const to = answer.headers.get('location') ?? `${origin}/sign-in?error=none`;
    const why = refusalIn(to, origin);
    if (why !== null) {
      const entry = { who: 'nobody', what: 'sign-in', target: 'unknown', result: 'refused' };
      await note(desk, call, { ...entry, details: { with: provider, why } });
      return call.reply.code(302).header('location', `${origin}/sign-in?error=${why}`).send();
    }
    const who = await whoseCookies(desk, answer.headers.getSetCookie());
    if (who !== null) await note(desk, call, { who, what: 'sign-in', target: who, details: { with: provider } });
    return call.reply.code(302).header('location', to).send();
  });
};

const secondFactorRoutes = (app: FastifyInstance, desk: Desk): void => {
  addRoute(app, 'enableSecondFactor', async (call) => {
    const { password } = call.body as z.output<typeof passwordBody>;
    const body = { password, method: 'totp' };
    const answer = await askWithPassword(desk, call, { path: '/two-factor/enable', body });
    await noteOwn(desk, call, 'second-factor.begin');
    return { address: String(answer.body['totpURI']), recoveryCodes: answer.body['backupCodes'] };
  });
  addRoute(app, 'disableSecondFactor', async (call) => {
    const { password } = call.body as z.output<typeof passwordBody>;
    await askWithPassword(desk, call, { path: '/two-factor/disable', body: { password } });
    await noteOwn(desk, call, 'second-factor.disable');
    return { done: true };
  });
  addRoute(app, 'renewRecoveryCodes', async (call) => {
    const { password } = call.body as z.output<typeof passwordBody>;
    const answer = await askWithPassword(desk, call, { path: '/two-factor/generate-backup-codes', body: { password } });
    await noteOwn(desk, call, 'second-factor.renew-codes');
    return { recoveryCodes: answer.body['backupCodes'] };
  });
};

const passwordRoute = (app: FastifyInstance, desk: Desk): void =>
  addRoute(app, 'changePassword', async (call) => {
    const { db } = desk.slipway;
    const { current, password } = call.body as z.output<typeof changePasswordBody>;
    const { user } = ownSession(call);
    requireGoodPassword(password, await findUser(db, user));
    const body = { currentPassword: current, newPassword: password, revokeOtherSessions: true };
    const answer = await askWithPassword(desk, call, { path: '/change-password', body });
    // The library made this session anew; whatever else came up meanwhile, or waits for a second factor, goes.
    await endSessions(db, user, await sessionIn(desk, answer));
    await noteOwn(desk, call, 'password.change');
    return { done: true };
  });
