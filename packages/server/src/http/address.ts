import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Set by the thread that holds the API's port, over whatever a client sent: behind it every request comes from this machine. */
export const FROM_HEADER = 'x-slipway-from';

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;
const one = (value: string | readonly string[] | undefined): string => (typeof value === 'string' ? value : '');
const plain = (address: string): string => address.replace(/^::ffff:/, '');

/**
 * Where a request came from. What a client says of itself is believed only when it is the edge, or a proxy, on this machine that hands it
 * over; the edge says exactly one address.
 */
export const addressOf = (request: FastifyRequest): string => {
  const direct = request.socket.remoteAddress ?? '';
  const told = plain(one(request.headers[FROM_HEADER]).trim());
  const peer = LOOPBACK.test(direct) && isIP(told) !== 0 ? told : plain(direct);
  if (!LOOPBACK.test(peer)) return peer;
  const forwarded = one(request.headers['x-forwarded-for']).split(',').at(-1)?.trim() ?? '';
  return isIP(forwarded) === 0 ? peer : plain(forwarded);
};
