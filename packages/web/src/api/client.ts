import { offline, type Problem, problemOf } from './problem.ts';
import type { Answer, Rest, RouteName } from './routes.ts';

export type RouteTable = Readonly<Record<string, readonly [method: string, path: string]>>;

/** A call in plain values; what `Asked` says in types. */
export interface Loose {
  readonly parameters?: Readonly<Record<string, string | number>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
}

export interface Client {
  /** One route by its name: parameters, query and body as its row says. Throws a Problem. */
  call<Name extends RouteName>(name: Name, ...asked: Rest<Name>): Promise<Answer<Name>>;
  /** The address of a route, for links and streams. */
  addressOf<Name extends RouteName>(name: Name, ...asked: Rest<Name>): string;
  /** Any path; for what has no row. Throws a Problem. */
  send(
    method: string,
    path: string,
    asked?: { readonly body?: unknown; readonly signal?: AbortSignal },
  ): Promise<Response>;
}

export interface ClientSettings {
  readonly routes: RouteTable;
  readonly fetch: typeof fetch;
  /** The session is over, or there never was one. */
  onUnauthorized(): void;
  /** Whether the server answered, after each call. */
  onAnswered(answered: boolean): void;
}

const filled = (path: string, parameters: Loose['parameters'] = {}): string =>
  path.replace(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined || value === '') throw new Error(`${path} needs ${name}`);
    return encodeURIComponent(String(value));
  });

const searched = (query: Loose['query'] = {}): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
};

const rowOf = (routes: RouteTable, name: string): readonly [method: string, path: string] => {
  const row = routes[name];
  if (row === undefined) throw new Error(`There is no route ${name}.`);
  return row;
};

export const addressIn = (routes: RouteTable, name: string, asked: Loose = {}): string =>
  filled(rowOf(routes, name)[1], asked.parameters) + searched(asked.query);

export const createClient = (settings: ClientSettings): Client => {
  const send: Client['send'] = async (method, path, { body, signal } = {}) => {
    const answer = await reached(settings, path, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.ok) return answer;
    const problem = await problemIn(answer);
    // Who mistypes a code of the second factor on the account page is signed in all the same.
    if (problem.status === 401 && problem.code !== 'second-factor-wrong') settings.onUnauthorized();
    throw problem;
  };
  return {
    send,
    addressOf: (name, ...[asked]) => addressIn(settings.routes, name, asked as Loose),
    call: async (name, ...[asked]) => {
      const loose = (asked ?? {}) as Loose;
      const [method] = rowOf(settings.routes, name);
      const answer = await send(method, addressIn(settings.routes, name, loose), { body: loose.body });
      return (await bodyOf(answer)) as Answer<typeof name>;
    },
  };
};

const reached = async ({ fetch, onAnswered }: ClientSettings, path: string, init: RequestInit): Promise<Response> => {
  try {
    const answer = await fetch(path, init);
    // What stands in front of the control plane says so when it is away.
    onAnswered(answer.status !== 502 && answer.status !== 504);
    return answer;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    onAnswered(false);
    throw offline();
  }
};

const bodyOf = async (answer: Response): Promise<unknown> => {
  const text = await answer.text();
  return text === '' ? null : (JSON.parse(text) as unknown);
};

const problemIn = async (answer: Response): Promise<Problem> =>
  problemOf(answer.status, await bodyOf(answer).catch(() => null));
