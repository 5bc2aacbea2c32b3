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
import { type Dashboard, setSecurityHeaders } from './dashboard.ts';
import { tagAnswers } from './etag.ts';
import { type Limits, limitCallers } from './limits.ts';
import { recordRefusal } from './origin.ts';
import { BODY_LIMIT, httpFailure, noSuchRoute, sendProblem } from './problems.ts';
import { requireOurPage } from './same-origin.ts';
import type { FindSession } from './sessions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null: on a path that asks for no token. */
    caller: Caller | null;
    /** Null: likewise. */
    grant: Grant | null;
    /** Id of the session that the caller was known by; null: by a token. */
    session: string | null;
  }
  interface FastifyInstance {
    /** Where requests with an Idempotency-Key are remembered; null: they are not. */
    requestBook: Pool | null;
    /** Of our own pages. */
    ourOrigins: ReadonlySet<string>;
    /** Who a request is of, asked anew: an answer that goes on for hours asks now and then. Failure: unauthorized. */
    identify(request: FastifyRequest): Promise<Caller>;
  }
  interface FastifyContextConfig {
    /** What the path asks for; default: an administrator of the installation, with a token for everything. */
    row?: Row;
    /** Undefined: not a route of the table. */
    name?: RouteName;
  }
}

const NONE: ReadonlySet<string> = new Set();
/** Paths that prove who asks in another way: by a signature. */
const SIGNED = new Set(['/webhooks/github', '/webhooks/git']);
/** Of a path that says nothing of itself. */
const UNSPOKEN: Row = { method: 'POST', path: '' };

export interface HttpSettings {
  readonly token: Secret;
  readonly tokenFile: string;
  /** Tokens of people and programs; without it there is the installation's own only. */
  readonly findToken?: FindToken;
  /** Sessions of people who signed in; without it there are tokens only. */
  readonly findSession?: FindSession;
  /** Origins of our own pages: what a browser changes has to come from one. */
  readonly origins?: ReadonlySet<string>;
  /** Where it is looked up whose something is, and where refused acts and requests with an Idempotency-Key are written down. */
  readonly db: Pool;
  /** Without it nobody is counted. */
  readonly limits?: Limits;
  /** What browsers get on every path that is no route's; without it such a path is an error. */
  readonly dashboard?: Dashboard;
  readonly logger: Logger;
  readonly newId: (prefix: string) => string;
}

/** The HTTP server with what holds for every route: a token, one shape of error, no stack for anyone. */
export const makeServer = (settings: HttpSettings): FastifyInstance => {
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    sayNo(error, { request, reply, settings, limitStranger });
  const app: FastifyInstance = Fastify({
    ...{ bodyLimit: BODY_LIMIT, logger: false, forceCloseConnections: true },
    // Where a request is from is asked of addressOf alone.
    trustProxy: false,
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
  });
  readBodies(app);
  app.decorateRequest('caller', null);
  app.decorateRequest('grant', null);
  app.decorateRequest('session', null);
  app.decorate('requestBook', settings.db);
  app.decorate('ourOrigins', settings.origins ?? NONE);
  app.decorate('identify', async (request: FastifyRequest) => (await identify(request, settings)).caller);
  app.addHook('onRequest', async (request, reply) => {
    const { headers, routeOptions, url } = request;
    setSecurityHeaders(reply);
    // Only where no route was found: how a path is written can open none.
    if (request.is404 && settings.dashboard?.takes(request) === true) return;
    if (SIGNED.has(url.split('?')[0] ?? '')) return;
    // A token is sent by whoever has it, a cookie by every browser that was ever here.
    if (headers.authorization === undefined) requireOurPage(request, app.ourOrigins);
    if (neededOf(routeOptions.config.row ?? UNSPOKEN) === 'nobody') return;
    const known = await identify(request, settings);
    request.caller = known.caller;
    request.session = known.session;
    for (const cookie of known.cookies) void reply.header('set-cookie', cookie);
  });
  const limitStranger = settings.limits === undefined ? null : limitCallers(app, settings.limits);
  // Before the body is read.
  app.addHook('onRequest', async (request) => {
    const { caller, params, routeOptions } = request;
    if (caller === null || request.is404) return;
    request.grant = await authorise(
      settings.db,
      caller,
      routeOptions.config.row ?? UNSPOKEN,
      storable(params) as Parameters,
    );
  });
  tagAnswers(app);
  app.setErrorHandler(refuse);
  app.setNotFoundHandler(async (request, reply) => {
    if (settings.dashboard?.takes(request) === true) return settings.dashboard.answer(request, reply);
    throw noSuchRoute(request, reply);
  });
  return app;
};

type Parameters = Readonly<Record<string, string>>;

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

interface Known {
  readonly caller: Caller;
  /** Null: known by a token. */
  readonly session: string | null;
  readonly cookies: readonly string[];
}

/** Failure: unauthorized. */
const identify = async ({ headers }: FastifyRequest, settings: HttpSettings): Promise<Known> => {
  const header = headers.authorization;
  const byToken = { session: null, cookies: [] };
  if (sameToken(header, settings.token)) return { caller: OPERATOR, ...byToken };
  const named = settings.findToken === undefined ? null : await namedCaller(header, settings.findToken);
  if (named !== null) return { caller: named, ...byToken };
  const signedIn = header === undefined ? await settings.findSession?.(headers) : null;
  if (signedIn == null) throw new Failure('unauthorized', { file: settings.tokenFile });
  return signedIn;
};

const sameToken = (header: string | undefined, token: Secret): boolean => {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token.reveal()}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};
