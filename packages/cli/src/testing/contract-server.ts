/** A small real HTTP server that answers by the contracts: it knows the routes, checks bodies and the token, and is told the answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTES, type Route, type RouteName } from '@slipway/contracts/api';
import { Failure } from '@slipway/contracts/failure';
import type { Problem } from '@slipway/contracts/problem';
import { neededOf } from '@slipway/contracts/route';

export interface Asked {
  readonly route: RouteName;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly authorization: string | undefined;
}

/** A value is sent as JSON; a Failure as its status; a function writes the answer itself. */
export type Reply = unknown | Failure | ((response: ServerResponse) => void);
export type Replies = Partial<Record<RouteName, (asked: Asked) => Reply>>;

export interface ContractServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Replaces answers while it runs. */
  answer(replies: Replies): void;
}

export const TOKEN = 'test-token';

const findRoute = (method: string, path: string): { name: RouteName; parameters: Record<string, string> } | null => {
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    const pattern = new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
    const groups = route.method === method ? pattern.exec(path)?.groups : undefined;
    if (groups === undefined && !(route.method === method && pattern.test(path))) continue;
    const parameters = Object.entries(groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]);
    return { name, parameters: Object.fromEntries(parameters) };
  }
  return null;
};

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  let text = '';
  for await (const part of request) text += part;
  return text === '' ? undefined : JSON.parse(text);
};

const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
};

const sendProblem = (response: ServerResponse, failure: Failure): void => {
  const { code, message: title, hint, facts } = failure.toJSON();
  const { status } = failure.row;
  const body: Problem = { type: 'about:blank', title, status, code, hint, facts };
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
};

const reply = (response: ServerResponse, value: Reply): void => {
  if (typeof value === 'function') value(response);
  else if (value instanceof Failure) sendProblem(response, value);
  else sendJson(response, 200, value);
};

export const startContractServer = async (first: Replies, port = 0): Promise<ContractServer> => {
  let replies = first;
  const asked: Asked[] = [];
  const server: Server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const found = findRoute(request.method ?? '', url.pathname);
    if (found === null) return sendJson(response, 404, { error: 'no such route' });
    const route: Route = ROUTES[found.name];
    const body = await readBody(request);
    const query = Object.fromEntries(url.searchParams);
    const { authorization } = request.headers;
    asked.push({ route: found.name, parameters: found.parameters, query, body, authorization });
    if (neededOf(route) !== 'nobody' && authorization !== `Bearer ${TOKEN}`)
      return reply(response, new Failure('unauthorized', { file: 'token' }));
    const wrong = route.body?.safeParse(body).error ?? route.query?.safeParse(query).error;
    if (wrong) return reply(response, new Failure('payload-invalid', { reason: wrong.message }));
    const answer = replies[found.name];
    if (answer === undefined) return reply(response, new Failure('internal', { id: `no answer for ${found.name}` }));
    reply(response, answer(asked.at(-1) as Asked));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (more) => {
      replies = { ...replies, ...more };
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Newline-delimited JSON, as the log routes send it. */
export const ndjson =
  (lines: readonly unknown[]) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const line of lines) response.write(`${JSON.stringify(line)}\n`);
    response.end();
  };
