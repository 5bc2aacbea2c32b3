import { Failure } from '@slipway/contracts/failure';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BODY_LIMIT, logRefusal, notJson, type Problem, problemOf, type Refusing, tooLarge } from './raw-post.ts';

export interface RawRoute extends Refusing {
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
  const { failure, status } = ofFastify(error, request);
  logRefusal(route, failure);
  // What is still on its way of a body that is not read would otherwise reset the connection before the answer is seen.
  request.raw.resume();
  return reply.code(status).send(failure.toJSON());
};

const ofFastify = (error: unknown, request: FastifyRequest): Problem => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge();
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return notJson(request.headers['content-type']);
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY')
    return problemOf(new Failure('payload-invalid', { reason: 'its length is not the announced one' }), request.id);
  return problemOf(error, request.id);
};
