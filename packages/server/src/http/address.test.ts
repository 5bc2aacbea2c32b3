import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { addressOf, networkOf } from './address.ts';
import { handedOn, handedOnLines } from './forward-headers.ts';

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
    'through several on this machine, each of which says from whom it has it',
    '127.0.0.1',
    { 'x-slipway-from': '127.0.0.1', 'x-forwarded-for': '10.0.0.1, 203.0.113.7, ::ffff:127.0.0.1, ::1' },
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

/** What the server behind believes of a request that the thread hands on to it, as a request and as an upgrade. */
const behind = (remoteAddress: string, headers: Readonly<Record<string, string>>): string[] => {
  const rawHeaders = Object.entries(headers).flatMap(([name, value]) => [name.toUpperCase(), value]);
  const request = { headers, rawHeaders, socket: { remoteAddress } } as unknown as Parameters<typeof handedOn>[0];
  const asLines = handedOnLines(request).map((line) => line.toLowerCase().split(': ') as [string, string]);
  return [handedOn(request) as Record<string, string>, Object.fromEntries(asLines)].map((one) =>
    from('127.0.0.1', one),
  );
};

test.each([
  ['203.0.113.7', {}, '203.0.113.7'],
  ['203.0.113.7', { 'x-slipway-from': '10.0.0.1' }, '203.0.113.7'],
  ['203.0.113.7', { 'x-slipway-from': '127.0.0.1', 'x-forwarded-for': '10.0.0.1' }, '203.0.113.7'],
  ['::ffff:203.0.113.7', { 'x-forwarded-for': '127.0.0.1', forwarded: 'for=10.0.0.1' }, '203.0.113.7'],
  ['127.0.0.1', { 'x-forwarded-for': '203.0.113.7' }, '203.0.113.7'],
])('from %s with %o it is %s behind the thread, for a request and for an upgrade', (remote, headers, address) => {
  expect(behind(remote, headers)).toEqual([address, address]);
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s is counted as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
