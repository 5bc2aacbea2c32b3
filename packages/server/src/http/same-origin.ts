import { Failure } from '@slipway/contracts/failure';
import type { FastifyRequest } from 'fastify';

const CHANGES_NOTHING = new Set(['GET', 'HEAD', 'OPTIONS']);
const SHOWN = 200;

/** Whether a request comes from a page of ours. A browser sends `Origin` with whatever changes something, and with every upgrade. */
export const isOurs = (headers: FastifyRequest['headers'], origins: ReadonlySet<string>): boolean =>
  headers.origin === undefined ? headers['sec-fetch-site'] === 'same-origin' : origins.has(headers.origin);

/**
 * A browser sends its cookies along with what a strange page asks for: what changes something has to come from a page of ours, as JSON,
 * which a strange page cannot send without being asked first. What is no browser sends neither cookie nor origin, and has none of this.
 * Failures: origin-refused, content-type-refused.
 */
export const requireOurPage = (request: FastifyRequest, origins: ReadonlySet<string>): void => {
  const { headers } = request;
  if (CHANGES_NOTHING.has(request.method)) return;
  if (headers.cookie === undefined && headers.origin === undefined && headers['sec-fetch-site'] === undefined) return;
  if (!isOurs(headers, origins))
    throw new Failure('origin-refused', { origin: (headers.origin ?? 'an unknown place').slice(0, SHOWN) });
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined && type !== 'application/json')
    throw new Failure('content-type-refused', { type: type.slice(0, SHOWN) });
};
