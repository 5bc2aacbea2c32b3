/** The one client of this page, and the queries that pages read through. */
import {
  QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { createClient, type Loose } from './client.ts';
import { setAnswers } from './connection.ts';
import { asProblem, type Problem } from './problem.ts';
import type { Answer, Asked, ReadName, Rest, RouteName } from './routes.ts';

const SIGN_IN = '/sign-in';
/** Pages of those who are not signed in: a 401 there is no reason to go anywhere. */
const OPEN_PAGES = [SIGN_IN, '/setup', '/invitation', '/password'];

const toSignIn = (): void => {
  const { pathname, search } = window.location;
  if (OPEN_PAGES.some((page) => pathname.startsWith(page))) return;
  window.location.assign(`${SIGN_IN}?next=${encodeURIComponent(pathname + search)}`);
};

export const api = createClient({
  routes: __ROUTES__,
  fetch: (...parameters) => fetch(...parameters),
  onUnauthorized: toSignIn,
  onAnswered: setAnswers,
});

const worthAnotherTry = (count: number, error: unknown): boolean => {
  const { status } = asProblem(error);
  return count < 2 && (status === 0 || status >= 500);
};

export const queries = new QueryClient({
  defaultOptions: {
    // What changed is told by the server (live.ts): until then what is here is fresh.
    queries: { staleTime: 60_000, gcTime: 600_000, retry: worthAnotherTry, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
});

/** The first part is the route's name, the second what was asked: live.ts looks at both. */
export const keyOf = (name: RouteName, asked: Loose = {}): readonly unknown[] => [
  name,
  asked.parameters ?? {},
  asked.query ?? {},
];

export interface Reading {
  /** False: not asked yet. */
  readonly enabled?: boolean;
}

/** What a GET route answers, kept, and asked for again when the server tells of a change. */
export const useRead = <Name extends ReadName>(
  name: Name,
  asked: Asked<Name>,
  { enabled = true }: Reading = {},
): UseQueryResult<Answer<Name>, Problem> =>
  useQuery<Answer<Name>, Problem>({
    queryKey: keyOf(name, asked as Loose),
    queryFn: () => api.call(name, ...([asked] as unknown as Rest<Name>)),
    enabled,
  });

/** A route that changes something. Whatever is on screen is asked for again when it is done. */
export const useAct = <Name extends RouteName>(name: Name): UseMutationResult<Answer<Name>, Problem, Asked<Name>> => {
  const client = useQueryClient();
  return useMutation<Answer<Name>, Problem, Asked<Name>>({
    mutationFn: (asked) => api.call(name, ...([asked] as unknown as Rest<Name>)),
    onSettled: () => client.invalidateQueries({ refetchType: 'active' }),
  });
};
