import { isIP, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Set by the thread that holds the API's port, over whatever a client sent: behind it every request comes from this machine. */
export const FROM_HEADER = 'x-slipway-from';

type Header = string | readonly string[] | undefined;

const LOOPBACK = /^127\.|^::1$/;
const text = (value: Header): string => (typeof value === 'string' ? value : (value ?? []).join(','));
const plain = (address: string): string => address.trim().replace(/^::ffff:/i, '');

/**
 * Where a connection is from. What it says of that itself is believed only of the edge, or another proxy, on this machine: of their list
 * the last one that is not this machine counts, since whatever stands before it may be invented.
 */
export const clientAddress = (peer: string, forwardedFor: Header): string => {
  const direct = plain(peer);
  if (!LOOPBACK.test(direct)) return direct;
  for (const hop of text(forwardedFor).split(',').reverse()) {
    const address = plain(hop);
    if (isIP(address) === 0) return direct;
    if (!LOOPBACK.test(address)) return address;
  }
  return direct;
};

/** Where a request is from: the one notion of it. Limits count by it, sessions and the audit log name it. */
export const addressOf = ({ socket, headers }: Pick<FastifyRequest, 'socket' | 'headers'>): string => {
  const direct = plain(socket.remoteAddress ?? '');
  const told = plain(text(headers[FROM_HEADER]));
  const handedOver = LOOPBACK.test(direct) && isIP(told) !== 0;
  return clientAddress(handedOver ? told : direct, headers['x-forwarded-for']);
};

/** What is counted as one: of IPv6 the network, since whoever has an address has 2^64 of them. */
export const networkOf = (address: string): string => {
  if (!isIPv6(address)) return address;
  const [left = '', right] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const [head, tail] = [left, right ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const missing = right === undefined ? 0 : 8 - (head?.length ?? 0) - (tail?.length ?? 0);
  const groups = [...(head ?? []), ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? [])];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
};
