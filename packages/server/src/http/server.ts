import { timingSafeEqual } from 'node:crypto';
import { asFailure, Failure } from '@slipway/contracts/failure';
import type { Needed } from '@slipway/contracts/permissions';
import type { Scope } from '@slipway/contracts/route';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Secret } from '../domain/secret.ts';
import { type Caller, type FindToken, namedCaller, OPERATOR, requireScope } from './callers.ts';
import { requireOurPage } from './same-origin.ts';
import type { FindSession } from './sessions.ts';

const BODY_LIMIT = 1024 * 1024;

declare module 'fastify' {
  interface FastifyRequest {
    /** Null: on a path that asks for no token. */
    caller: Caller | null;
    /** Id of the session that the caller was known by; null: by a token. */
    session: string | null;
  }
  interface FastifyContextConfig {
    /** What the token has to be for; default: admin. */
    scope?: Scope;
    /** What the caller's role must allow. `nobody`: it is answered to whoever asks. */
    needs?: Needed;
  }
}

const NONE: ReadonlySet<string> = new Set();

/** Paths that prove who asks in another way (a signature) or tell nothing. */
const OPEN = new Set(['/api/v1/health', '/webhooks/github', '/webhooks/git']);

export interface HttpSettings {
  readonly token: Secret;
  readonly tokenFile: string;
  /** Tokens of people and programs; without it there is the installation's own only. */
  readonly findToken?: FindToken;
  /** Sessions of people who signed in; without it there are tokens only. */
  readonly findSession?: FindSession;
  /** Origins of our own pages: what a browser changes has to come from one. */
  readonly origins?: ReadonlySet<string>;
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
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    if (OPEN.has(path)) return;
    // A token is sent by whoever has it, a cookie by every browser that was ever here.
    if (request.headers.authorization === undefined) requireOurPage(request, settings.origins ?? NONE);
    if (request.routeOptions.config.needs === 'nobody') return;
    const caller = await callerOf(request, reply, settings);
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
  app.setNotFoundHandler(async (request) => {
    throw new Failure('route-unknown', { method: request.method, path: request.url.split('?')[0] });
  });
  return app;
};

/** Failure: unauthorized. */
const callerOf = async (request: FastifyRequest, reply: FastifyReply, settings: HttpSettings): Promise<Caller> => {
  const header = request.headers.authorization;
  if (sameToken(header, settings.token)) return OPERATOR;
  const named = settings.findToken === undefined ? null : await namedCaller(header, settings.findToken);
  if (named !== null) return named;
  const signedIn = header === undefined ? await settings.findSession?.(request.headers) : null;
  if (signedIn == null) throw new Failure('unauthorized', { file: settings.tokenFile });
  request.session = signedIn.session;
  for (const cookie of signedIn.cookies) void reply.header('set-cookie', cookie);
  return signedIn.caller;
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
