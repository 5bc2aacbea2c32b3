import { systemClock } from '../../domain/clock.ts';
import { LONGEST_SESSION_DAYS } from '../../domain/sessions.ts';
import type { SignIn, SignInProvider } from '../../ports/sign-in.ts';
import { BASE_PATH, makeAuth, type SignInFacts } from './client.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export type { ProviderKeys, SignInFacts } from './client.ts';

const LONGEST = LONGEST_SESSION_DAYS * 24 * 3600 * 1000;

const providersOf = ({ github, oidc }: SignInFacts): SignInProvider[] => [
  ...(github === undefined ? [] : [{ id: 'github', name: 'GitHub' }]),
  ...(oidc === undefined ? [] : [{ id: 'oidc', name: oidc.name }]),
];

export const openSignIn = (facts: SignInFacts): SignIn => {
  const auth = makeAuth(facts);
  return {
    providers: providersOf(facts),
    answer: ({ method, path, headers, body }) =>
      auth.handler(
        new Request(`${facts.origin}${BASE_PATH}${path}`, {
          ...{ method, headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
    sessionOf: async (headers) => {
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
