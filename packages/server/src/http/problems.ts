import { ROUTES } from '@slipway/contracts/api';
import { asFailure, Failure } from '@slipway/contracts/failure';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const BODY_LIMIT = 1024 * 1024;

/** RFC 9457 with our code, hint and facts. */
export const sendProblem = (reply: FastifyReply, failure: Failure): FastifyReply =>
  reply.code(failure.row.status).type('application/problem+json').send({
    type: 'about:blank',
    title: failure.message,
    status: failure.row.status,
    code: failure.code,
    hint: failure.hint,
    facts: failure.facts,
  });

/** What Fastify itself says no with, as a row of our table. */
export const httpFailure = (error: unknown, request: FastifyRequest, id: string): Failure => {
  if (error instanceof Failure) return error;
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Failure('payload-too-large', { limit: `${BODY_LIMIT / 1024} kB` });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Failure('media-type-unsupported', { type: request.headers['content-type'] ?? 'without a content type' });
  if (statusCode !== undefined && statusCode < 500)
    return new Failure('payload-invalid', { reason: message ?? 'not readable' });
  return asFailure(error, id);
};

const PATHS = Object.values(ROUTES).map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`),
}));

/** There is no such path; or there is, and it takes other methods: those are told in the header Allow. */
export const noSuchRoute = (request: FastifyRequest, reply: FastifyReply): Failure => {
  const path = request.url.split('?')[0] ?? '';
  const { method } = request;
  const allowed = [...new Set(PATHS.filter(({ pattern }) => pattern.test(path)).map((route) => route.method))];
  if (allowed.length === 0) return new Failure('route-unknown', { method, path });
  reply.header('allow', allowed.join(', '));
  return new Failure('method-not-allowed', { method, path, allowed: allowed.join(', ') });
};
