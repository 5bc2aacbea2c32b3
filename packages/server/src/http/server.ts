import { timingSafeEqual } from 'node:crypto';
import type { RouteName } from '@slipway/contracts/api';
import { Failure } from '@slipway/contracts/failure';
import { neededOf } from '@slipway/contracts/route';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Secret } from '../domain/secret.ts';
import { storable } from './api.ts';
import { authorise, type Grant, type Row } from './authorise.ts';
import { type Caller, type FindToken, namedCaller, OPERATOR } from './callers.ts';
import { tagAnswers } from './etag.ts';
import { type Limits, limitCallers } from './limits.ts';
import { recordRefusal } from './origin.ts';
import { BODY_LIMIT, httpFailure, noSuchRoute, sendProblem } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null: on a path that asks for no token. */
    caller: Caller | null;
    /** Null: likewise. */
    grant: Grant | null;
  }
  interface FastifyInstance {
    /** Where requests with an Idempotency-Key are remembered; null: they are not. */
    requestBook: Pool | null;
  }
  interface FastifyContextConfig {
    /** What the path asks for; default: an administrator of the installation, with a token for everything. */
    row?: Row;
    /** Undefined: not a route of the table. */
    name?: RouteName;
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
  /** Where it is looked up whose something is, and where refused acts and requests with an Idempotency-Key are written down. */
  readonly db: Pool;
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
  app.decorateRequest('grant', null);
  app.decorate('requestBook', settings.db);
  app.addHook('onRequest', async (request) => {
    if (isOpen(request)) return;
    request.caller = await callerOf(request, settings);
  });
  const limitStranger = settings.limits === undefined ? null : limitCallers(app, settings.limits);
  // Before the body is read.
  app.addHook('onRequest', async (request) => {
    const { caller, params, routeOptions } = request;
    if (caller === null || request.is404) return;
    request.grant = await authorise(settings.db, caller, routeOptions.config.row ?? UNSPOKEN, storable(params) as Parameters);
  });
  tagAnswers(app);
  app.setErrorHandler(refuse);
  app.setNotFoundHandler(async (request, reply) => {
    throw noSuchRoute(request, reply);
  });
  return app;
};

type Parameters = Readonly<Record<string, string>>;

const isOpen = ({ url, routeOptions }: FastifyRequest): boolean =>
  SIGNED.has(url.split('?')[0] ?? '') || neededOf(routeOptions.config.row ?? UNSPOKEN) === 'nobody';

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
  await recordRefusal(db, request, failure).catch((err: unknown) =>
    logger.warn({ err, path: request.url }, 'a refused request is not in the audit log'),
  );
  return sendProblem(reply, failure);
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

const sameToken = (header: string | undefined, token: Secret): boolean => {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token.reveal()}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};
