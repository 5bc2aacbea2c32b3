import { asFailure, Failure } from '@slipway/contracts/failure';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** GitHub caps its deliveries at 25 MB; the largest recorded one is 30 kB. */
export const BODY_LIMIT = 10_000_000;

export interface RawRoute {
  readonly path: string;
  readonly logger: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  /** Gets the body as the bytes that came over the wire. What it throws becomes a JSON problem. */
  answer(request: FastifyRequest, body: Buffer, reply: FastifyReply): Promise<object>;
}

/** A POST route in its own scope: there the body stays bytes, whatever parser the rest of the server has. */
export const registerRawRoute = (app: FastifyInstance, route: RawRoute): void => {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler((error, request, reply) => refuse(error, request, reply, route));
    scope.post(route.path, { bodyLimit: BODY_LIMIT }, (request, reply) =>
      route.answer(request, Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0), reply),
    );
  });
};

const refuse = async (error: unknown, request: FastifyRequest, reply: FastifyReply, route: RawRoute) => {
  const { failure, status } = problemOf(error, request);
  const facts = { path: route.path, code: failure.code, reason: failure.message };
  if (failure.row.fault === 'user') route.logger.info(facts, 'delivery refused');
  else route.logger.error({ ...facts, err: failure.cause ?? failure }, 'delivery not taken');
  // What is still on its way of a body that is not read would otherwise reset the connection before the answer is seen.
  request.raw.resume();
  return reply.code(status).send(failure.toJSON());
};

const problemOf = (error: unknown, request: FastifyRequest): { readonly failure: Failure; readonly status: number } => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return withStatus(new Failure('payload-too-large', { limit: '10 MB' }));
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const given = String(request.headers['content-type'] ?? 'none').slice(0, 80);
    const reason = `content type ${given}; set the webhook's content type to application/json`;
    return { failure: new Failure('payload-invalid', { reason }), status: 415 };
  }
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY')
    return withStatus(new Failure('payload-invalid', { reason: 'its length is not the announced one' }));
  return withStatus(asFailure(error, request.id));
};

const withStatus = (failure: Failure) => ({ failure, status: failure.row.status });
