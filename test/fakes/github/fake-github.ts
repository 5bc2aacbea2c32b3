/** A small GitHub on a socket: remembers comments and statuses, knows who may write, and can be told to fail. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gitRoutes } from './fake-git.ts';
import type { Answer, Body, Caller, FakeComment, FakeFailure, FakeGithub, FakeStatus, Route } from './fake-types.ts';
import { comment, installation, me, permission, status, user } from './shapes.ts';

export type { FakeGithub } from './fake-types.ts';

const APP_ID = 4711;
const answer = (code: number, body: unknown): Answer => ({ status: code, body });
const NOT_FOUND = answer(404, { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' });
const REFUSED = answer(403, {
  message: 'Resource not accessible by integration',
  documentation_url: 'https://docs.github.com/rest',
});

export const startFakeGithub = async (): Promise<FakeGithub> => {
  const failures: { left: number; readonly failure: FakeFailure }[] = [];
  const server = createServer((request, response) => {
    void handle(request, response, fake, failures);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeGithub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments: [],
    statuses: [],
    deployments: [],
    refs: new Map(),
    tags: new Map(),
    diverged: new Set(),
    requests: [],
    tokens: new Map([['test-token', 'slipway-bot']]),
    permissions: new Map(),
    installations: new Map([['octo/shop', 5]]),
    appId: APP_ID,
    fail: (failure) => void failures.push({ left: failure.times ?? 1, failure }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return fake;
};

const handle = async (
  request: IncomingMessage,
  response: ServerResponse,
  fake: FakeGithub,
  failures: { left: number; readonly failure: FakeFailure }[],
): Promise<void> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const line = `${request.method} ${request.url}`;
  fake.requests.push(line);
  const planned = failures.find((one) => one.left > 0 && (one.failure.on?.test(line) ?? true));
  if (planned) planned.left -= 1;
  const work = () => respond(fake, request, chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {});
  if (planned === undefined) return send(response, work());
  if (planned.failure.afterwards) work();
  if (planned.failure.status === 0) return void request.socket.destroy();
  const message = planned.failure.message ?? 'told to fail';
  send(
    response,
    answer(planned.failure.status, { message, documentation_url: 'https://docs.github.com/rest' }),
    planned.failure.headers,
  );
};

const send = (
  response: ServerResponse,
  { status: code, body }: Answer,
  headers: Readonly<Record<string, string>> = {},
): void => {
  response.writeHead(code, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(JSON.stringify(body));
};

const callerOf = (fake: FakeGithub, request: IncomingMessage): Caller | 'app' | null => {
  const token = /^(?:bearer|token) (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (token.split('.').length === 3) return 'app';
  if (/^ghs_\d+$/.test(token)) return { login: 'slipway[bot]', app: fake.appId };
  const login = fake.tokens.get(token);
  return login === undefined ? null : { login, app: null };
};

const APP_ROUTES: readonly Route[] = [
  [
    /^GET \/repos\/([^/]+\/[^/]+)\/installation$/,
    (fake, [repository = '']) => {
      const id = fake.installations.get(repository);
      return id === undefined ? NOT_FOUND : answer(200, installation(id));
    },
  ],
  [
    /^POST \/app\/installations\/(\d+)\/access_tokens$/,
    (_fake, [id]) => answer(201, { token: `ghs_${id}`, expires_at: new Date(Date.now() + 3_600_000).toISOString() }),
  ],
];

const ROUTES: readonly Route[] = [
  ...gitRoutes,
  [/^GET \/user$/, (_fake, _path, _body, caller) => (caller.app === null ? answer(200, me(caller.login)) : REFUSED)],
  [
    /^GET \/repos\/([^/]+\/[^/]+)\/issues\/(\d+)\/comments$/,
    (fake, [repository, number], _body, _caller, query) => {
      const size = Number(query.get('per_page') ?? 30);
      const from = (Number(query.get('page') ?? 1) - 1) * size;
      const all = fake.comments.filter((one) => one.repository === repository && one.number === Number(number));
      return answer(200, all.slice(from, from + size).map(shape));
    },
  ],
  [
    /^POST \/repos\/([^/]+\/[^/]+)\/issues\/(\d+)\/comments$/,
    (fake, [repository = '', number], body, caller) => {
      const id = 1000 + fake.comments.length;
      const made = {
        id,
        repository,
        number: Number(number),
        author: caller.login,
        app: caller.app,
        body: String(body.body),
        edits: 0,
      };
      fake.comments.push(made);
      return answer(201, shape(made));
    },
  ],
  [
    /^PATCH \/repos\/([^/]+\/[^/]+)\/issues\/comments\/(\d+)$/,
    (fake, [repository, id], body, caller) => {
      const found = fake.comments.find((one) => one.repository === repository && one.id === Number(id));
      if (found === undefined) return NOT_FOUND;
      if (found.author !== caller.login) return REFUSED;
      found.body = String(body.body);
      found.edits += 1;
      return answer(200, shape(found));
    },
  ],
  [
    /^POST \/repos\/([^/]+\/[^/]+)\/statuses\/([0-9a-f]{40})$/,
    (fake, [repository = '', sha = ''], body) => {
      const made = { context: 'default', description: null, target_url: null, ...body } as Pick<
        FakeStatus,
        'context' | 'state' | 'description' | 'target_url'
      >;
      fake.statuses.push({ repository, sha, ...made });
      return answer(201, status(sha, made));
    },
  ],
  [
    /^GET \/repos\/([^/]+\/[^/]+)\/collaborators\/([^/]+)\/permission$/,
    (fake, [repository, login = '']) => {
      const level = fake.permissions.get(`${repository} ${decodeURIComponent(login)}`);
      return level === 'absent' ? NOT_FOUND : answer(200, permission(decodeURIComponent(login), level ?? 'read'));
    },
  ],
];

const shape = (one: FakeComment) =>
  comment({
    id: one.id,
    body: one.body,
    author: user(one.author, one.app === null ? 'User' : 'Bot'),
    app: one.app,
    issueUrl: `https://api.github.com/repos/${one.repository}/issues/${one.number}`,
  });

const respond = (fake: FakeGithub, request: IncomingMessage, body: Body): Answer => {
  const url = new URL(request.url ?? '/', 'http://fake');
  const caller = callerOf(fake, request);
  if (caller === null)
    return answer(401, { message: 'Bad credentials', documentation_url: 'https://docs.github.com/rest' });
  const nobody = { login: '', app: null };
  for (const [pattern, work] of caller === 'app' ? APP_ROUTES : ROUTES) {
    const match = pattern.exec(`${request.method} ${url.pathname}`);
    if (match) return work(fake, match.slice(1), body, caller === 'app' ? nobody : caller, url.searchParams);
  }
  return NOT_FOUND;
};
