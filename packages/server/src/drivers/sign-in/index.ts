import type { SignIn, SignInProvider } from '../../ports/sign-in.ts';
import { BASE_PATH, makeAuth, type SignInFacts } from './client.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export type { ProviderKeys, SignInFacts } from './client.ts';

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
      if (response === null) return null;
      return { id: response.session.id, user: response.user.id, cookies: out.getSetCookie() };
    },
    hashPassword,
    fitsPassword: verifyPassword,
  };
};
