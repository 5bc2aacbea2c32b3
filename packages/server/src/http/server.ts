import { timingSafeEqual } from 'node:crypto';
import { asFailure, Failure } from '@slipway/contracts/failure';
import { neededOf } from '@slipway/contracts/route';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Secret } from '../domain/secret.ts';
import type { Queryable } from '../store/queryable.ts';
import { authorise, type Grant, type Row } from './authorise.ts';
import { type Caller, type FindToken, namedCaller, OPERATOR } from './callers.ts';

const BODY_LIMIT = 1024 * 1024;

declare module 'fastify' {
  interface FastifyRequest {
    /** Null: on a path that asks for no token. */
    caller: Caller | null;
    /** Null: likewise. */
    grant: Grant | null;
  }
  interface FastifyContextConfig {
    /** What the path asks for; default: an administrator of the installation, with a token for everything. */
    row?: Row;
  }
}

/** Paths that prove who asks in another way: by a signature. */
const SIGNED = new Set(['/webhooks/github', '/webhooks/git']);
/** Of a path that says nothing of itself. */
const UNSPOKEN: Row = { method: 'POST', path: '' };

export interface HttpSettings {
  readonly token: Secret;
  readonly tokenFile: string;
  /** Tokens of people and programs; without it there is the installation's own only. */
  readonly findToken?: FindToken;
  /** Whose session a request is of; without it nobody has one. */
  readonly findSession?: (request: FastifyRequest) => Promise<Caller | null>;
  /** Where it is looked up whose something is. */
  readonly db: Queryable;
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
  app.decorateRequest('grant', null);
  app.addHook('onRequest', async (request) => {
    const row = request.routeOptions.config.row ?? UNSPOKEN;
    if (SIGNED.has(request.url.split('?')[0] ?? '') || neededOf(row) === 'nobody') return;
    const caller = await callerOf(request, settings);
    request.caller = caller;
    // Before the body is read.
    if (!request.is404)
      request.grant = await authorise(settings.db, caller, row, request.params as Record<string, string>);
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
const callerOf = async (request: FastifyRequest, settings: HttpSettings): Promise<Caller> => {
  const header = request.headers.authorization;
  if (sameToken(header, settings.token)) return OPERATOR;
  const { findToken, findSession } = settings;
  // A token that is wrong is not made good by a session.
  const named = header === undefined ? await findSession?.(request) : findToken && (await namedCaller(header, findToken));
  if (named == null) throw new Failure('unauthorized', { file: settings.tokenFile });
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
