import { Failure } from '@slipway/contracts/failure';
import type { FastifyRequest } from 'fastify';

type Asking = Pick<FastifyRequest, 'headers' | 'method'>;

const CHANGES_NOTHING = new Set(['GET', 'HEAD', 'OPTIONS']);
const SHOWN = 200;

/** Whether a request comes from a page of ours. A browser sends `Origin` with whatever changes something, and with every upgrade. */
export const isOurs = (headers: FastifyRequest['headers'], origins: ReadonlySet<string>): boolean =>
  headers.origin === undefined ? headers['sec-fetch-site'] === 'same-origin' : origins.has(headers.origin);

/**
 * Whether a strange page reads along: its images, frames, streams and sockets come with the cookies of whoever looks at it, and previews
 * are of the same site. A link that is followed is no page's doing; what is no browser sends none of these headers.
 */
const isOfStrangers = ({ headers }: Asking, origins: ReadonlySet<string>): boolean => {
  if (headers.origin !== undefined) return !origins.has(headers.origin);
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return headers['sec-fetch-mode'] !== 'navigate' || headers['sec-fetch-dest'] !== 'document';
};

const refused = ({ headers }: Asking): Failure =>
  new Failure('origin-refused', { origin: (headers.origin ?? 'an unknown place').slice(0, SHOWN) });

/**
 * A browser sends its cookies along with what a strange page asks for: what changes something has to come from a page of ours, as JSON,
 * which a strange page cannot send without being asked first; and what reads may not be asked by a strange page either. What is no
 * browser sends neither cookie nor origin, and has none of this. Failures: origin-refused, content-type-refused.
 */
export const requireOurPage = (request: Asking, origins: ReadonlySet<string>): void => {
  const { headers } = request;
  if (CHANGES_NOTHING.has(request.method)) {
    if (isOfStrangers(request, origins)) throw refused(request);
    return;
  }
  if (headers.cookie === undefined && headers.origin === undefined && headers['sec-fetch-site'] === undefined) return;
  if (!isOurs(headers, origins)) throw refused(request);
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== undefined && type !== 'application/json')
    throw new Failure('content-type-refused', { type: type.slice(0, SHOWN) });
};
