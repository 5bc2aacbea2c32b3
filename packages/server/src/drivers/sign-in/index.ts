import { systemClock } from '../../domain/clock.ts';
import { LONGEST_SESSION_DAYS } from '../../domain/sessions.ts';
import type { SignIn, SignInProvider } from '../../ports/sign-in.ts';
import type { Auth, SignInFacts } from './client.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export type { ProviderKeys, SignInFacts } from './client.ts';

const LONGEST = LONGEST_SESSION_DAYS * 24 * 3600 * 1000;

const providersOf = ({ github, oidc }: SignInFacts): SignInProvider[] => [
  ...(github === undefined ? [] : [{ id: 'github', name: 'GitHub' }]),
  ...(oidc === undefined ? [] : [{ id: 'oidc', name: oidc.name }]),
];

/**
 * The library is loaded when somebody signs in or comes with a session: it takes 14 MB and a third of a second of every start, and whoever
 * has only tokens and webhooks needs neither.
 */
const opener = (facts: SignInFacts): (() => Promise<Auth>) => {
  let opened: Promise<Auth> | null = null;
  return () => {
    opened ??= import('./client.ts').then(({ makeAuth }) => makeAuth(facts));
    return opened;
  };
};

export const openSignIn = (facts: SignInFacts): SignIn => {
  const open = opener(facts);
  return {
    providers: providersOf(facts),
    answer: async ({ method, path, headers, body }) => {
      const auth = await open();
      return auth.handler(
        new Request(`${facts.origin}${auth.options.basePath}${path}`, {
          ...{ method, headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
    },
    sessionOf: async (headers) => {
      const auth = await open();
      const { response, headers: out } = await auth.api.getSession({ headers, returnHeaders: true });
      // The library ends what was not used for a week; what is used each day has an end, too.
      if (response === null || systemClock.now().getTime() - response.session.createdAt.getTime() > LONGEST)
        return null;
      return { id: response.session.id, user: response.user.id, cookies: out.getSetCookie() };
    },
    hashPassword,
    fitsPassword: verifyPassword,
  };
};
