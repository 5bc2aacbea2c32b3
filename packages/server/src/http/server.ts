import { timingSafeEqual } from 'node:crypto';
import type { RouteName } from '@slipway/contracts/api';
import { Failure } from '@slipway/contracts/failure';
import type { Scope } from '@slipway/contracts/route';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Secret } from '../domain/secret.ts';
import { type Caller, type FindToken, namedCaller, OPERATOR, requireScope } from './callers.ts';
import { tagAnswers } from './etag.ts';
import { type Limits, limitCallers } from './limits.ts';
import { recordRefusal } from './origin.ts';
import { BODY_LIMIT, httpFailure, noSuchRoute, sendProblem } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null: on a path that asks for no token. */
    caller: Caller | null;
  }
  interface FastifyInstance {
    /** Where requests with an Idempotency-Key are remembered; null: they are not. */
    requestBook: Pool | null;
  }
  interface FastifyContextConfig {
    /** What the token has to be for; default: admin. */
    scope?: Scope;
    /** Undefined: not a route of the table. */
    name?: RouteName;
  }
}

/** Paths that prove who asks in another way (a signature) or tell nothing. */
const OPEN = new Set(['/api/v1/health', '/api/v1/openapi.json', '/webhooks/github', '/webhooks/git']);

export interface HttpSettings {
  readonly token: Secret;
  readonly tokenFile: string;
  /** Tokens of people and programs; without it there is the installation's own only. */
  readonly findToken?: FindToken;
  /** Where refused acts and requests with an Idempotency-Key are written down; without it neither is. */
  readonly db?: Pool;
  /** Without it nobody is counted. */
  readonly limits?: Limits;
  readonly logger: Logger;
  readonly newId: (prefix: string) => string;
}

/** The HTTP server with what holds for every route: a token, one shape of error, no stack for anyone. */
export const makeServer = (settings: HttpSettings): FastifyInstance => {
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    sayNo(error, { request, reply, settings, limitStranger });
  const app: FastifyInstance = Fastify({
    ...{ bodyLimit: BODY_LIMIT, logger: false, forceCloseConnections: true },
    // The thread that holds the API's port, and the edge, say for whom they ask.
    trustProxy: 'loopback',
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
  });
  readBodies(app);
  app.decorateRequest('caller', null);
  app.decorate('requestBook', settings.db ?? null);
  app.addHook('onRequest', async (request) => {
    const path = request.url.split('?')[0] ?? '';
    if (OPEN.has(path)) return;
    const caller = await callerOf(request.headers.authorization, settings);
    request.caller = caller;
    // The one place: a route that says nothing is for administrators.
    if (!request.is404) requireScope(caller, request.routeOptions.config.scope ?? 'admin');
  });
  const limitStranger = settings.limits === undefined ? null : limitCallers(app, settings.limits);
  tagAnswers(app);
  app.setErrorHandler(refuse);
  app.setNotFoundHandler(async (request, reply) => {
    throw noSuchRoute(request, reply);
  });
  return app;
};

/** JSON and nothing else; a verb needs no body, and clients send the header all the same. */
const readBodies = (app: FastifyInstance): void => {
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, text, done) => {
    try {
      done(null, text === '' ? {} : JSON.parse(String(text)));
    } catch {
      done(new Failure('payload-invalid', { reason: 'the body is not JSON' }));
    }
  });
};

const sayNo = async (
  error: unknown,
  at: {
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    readonly settings: HttpSettings;
    readonly limitStranger: ReturnType<typeof limitCallers> | null;
  },
): Promise<FastifyReply> => {
  const { request, reply, settings } = at;
  const { db, logger } = settings;
  const known = httpFailure(error, request, settings.newId('err'));
  const stranger = known.code === 'unauthorized' ? await at.limitStranger?.(request, reply) : null;
  const failure = stranger ?? known;
  if (failure.code === 'internal')
    logger.error({ err: error, id: failure.facts['id'], path: request.url }, 'request failed');
  if (db !== undefined)
    await recordRefusal(db, request, failure).catch((err: unknown) =>
      logger.warn({ err, path: request.url }, 'a refused request is not in the audit log'),
    );
  return sendProblem(reply, failure);
};

/** Failure: unauthorized. */
const callerOf = async (header: string | undefined, settings: HttpSettings): Promise<Caller> => {
  if (sameToken(header, settings.token)) return OPERATOR;
  const named = settings.findToken === undefined ? null : await namedCaller(header, settings.findToken);
  if (named === null) throw new Failure('unauthorized', { file: settings.tokenFile });
  return named;
};

const sameToken = (header: string | undefined, token: Secret): boolean => {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token.reveal()}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};
