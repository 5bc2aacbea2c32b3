import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { addressOf } from './address.ts';

const from = (remoteAddress: string, headers: Readonly<Record<string, string>> = {}): string =>
  addressOf({ socket: { remoteAddress }, headers } as unknown as FastifyRequest);

test.each([
  ['a stranger is who connected', '203.0.113.7', {}, '203.0.113.7'],
  [
    'a stranger who says to be another is not believed',
    '203.0.113.7',
    { 'x-forwarded-for': '10.0.0.1' },
    '203.0.113.7',
  ],
  ['nor with our own header', '203.0.113.7', { 'x-slipway-from': '10.0.0.1' }, '203.0.113.7'],
  ['through the thread that holds the port', '127.0.0.1', { 'x-slipway-from': '::ffff:203.0.113.7' }, '203.0.113.7'],
  [
    'through it, and who says to be another is not believed',
    '127.0.0.1',
    { 'x-slipway-from': '203.0.113.7', 'x-forwarded-for': '10.0.0.1' },
    '203.0.113.7',
  ],
  [
    'through the edge on this machine, and then through it',
    '127.0.0.1',
    { 'x-slipway-from': '127.0.0.1', 'x-forwarded-for': '203.0.113.7' },
    '203.0.113.7',
  ],
  [
    'through a proxy on this machine that adds to what the client said',
    '::1',
    { 'x-slipway-from': '::1', 'x-forwarded-for': '10.0.0.1, 2001:db8::7' },
    '2001:db8::7',
  ],
  ['what is no address is nothing', '127.0.0.1', { 'x-slipway-from': 'me', 'x-forwarded-for': 'you' }, '127.0.0.1'],
])('%s', (_, remote, headers, address) => {
  expect(from(remote, headers)).toBe(address);
});
