import { timingSafeEqual } from 'node:crypto';
import { asFailure, Failure } from '@slipway/contracts/failure';
import type { Scope } from '@slipway/contracts/route';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Secret } from '../domain/secret.ts';
import { type Caller, type FindToken, namedCaller, OPERATOR, requireScope } from './callers.ts';
import { type Dashboard, setSecurityHeaders } from './dashboard.ts';

const BODY_LIMIT = 1024 * 1024;

declare module 'fastify' {
  interface FastifyRequest {
    /** Null: on a path that asks for no token. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** What the token has to be for; default: admin. */
    scope?: Scope;
  }
}

/** Paths that prove who asks in another way (a signature) or tell nothing. */
const OPEN = new Set(['/api/v1/health', '/webhooks/github', '/webhooks/git']);

export interface HttpSettings {
  readonly token: Secret;
  readonly tokenFile: string;
  /** Tokens of people and programs; without it there is the installation's own only. */
  readonly findToken?: FindToken;
  /** What browsers get on every path that is no route's; without it such a path is an error. */
  readonly dashboard?: Dashboard;
  readonly logger: Logger;
  readonly newId: (prefix: string) => string;
}

/** The HTTP server with what holds for every route: a token, one shape of error, no stack for anyone. */
export const makeServer = (settings: HttpSettings): FastifyInstance => {
  const app: FastifyInstance = Fastify({ bodyLimit: BODY_LIMIT, logger: false, forceCloseConnections: true });
  // A verb needs no body, and clients send the header all the same.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, text, done) => {
    try {
      done(null, text === '' ? {} : JSON.parse(String(text)));
    } catch {
      done(new Failure('payload-invalid', { reason: 'the body is not JSON' }));
    }
  });
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(reply);
    // Only where no route was found: how a path is written can open none.
    if (request.is404 && settings.dashboard?.takes(request) === true) return;
    const path = request.url.split('?')[0] ?? '';
    if (OPEN.has(path)) return;
    const caller = await callerOf(request.headers.authorization, settings);
    request.caller = caller;
    // The one place: a route that says nothing is for administrators.
    if (!request.is404) requireScope(caller, request.routeOptions.config.scope ?? 'admin');
  });
  app.setErrorHandler((error, request, reply) => {
    const failure = httpFailure(error, settings.newId('err'));
    if (failure.code === 'internal')
      settings.logger.error({ err: error, id: failure.facts['id'], path: request.url }, 'request failed');
    return reply.code(failure.row.status).type('application/problem+json').send(problem(failure));
  });
  app.setNotFoundHandler(async (request, reply) => {
    if (settings.dashboard?.takes(request) === true) return settings.dashboard.answer(request, reply);
    throw new Failure('route-unknown', { method: request.method, path: request.url.split('?')[0] });
  });
  return app;
};

/** Failure: unauthorized. */
const callerOf = async (header: string | undefined, settings: HttpSettings): Promise<Caller> => {
  if (sameToken(header, settings.token)) return OPERATOR;
  const named = settings.findToken === undefined ? null : await namedCaller(header, settings.findToken);
  if (named === null) throw new Failure('unauthorized', { file: settings.tokenFile });
  return named;
};

/** RFC 9457 with our code, hint and facts. */
const problem = (failure: Failure): Record<string, unknown> => ({
  type: 'about:blank',
  title: failure.message,
  status: failure.row.status,
  code: failure.code,
  hint: failure.hint,
  facts: failure.facts,
});

const httpFailure = (error: unknown, id: string): Failure => {
  if (error instanceof Failure) return error;
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Failure('payload-too-large', { limit: `${BODY_LIMIT / 1024} kB` });
  if (statusCode !== undefined && statusCode < 500)
    return new Failure('payload-invalid', { reason: message ?? 'not readable' });
  return asFailure(error, id);
};

const sameToken = (header: string | undefined, token: Secret): boolean => {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token.reveal()}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};
