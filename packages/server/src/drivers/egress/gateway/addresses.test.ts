import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parseAllow } from '../../../domain/egress.ts';
import { isInside } from '../../shared/inside-addresses.ts';
import { inSubnet, reachable } from './addresses.ts';

const rules = (...texts: string[]) => texts.map(parseAllow).filter((rule) => rule !== null);

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.17.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '224.0.0.1',
    '255.255.255.255',
    'not an address',
  ])('%s is inside', (address) => {
    expect(isInside(address)).toBe(true);
  });

  it.each(['93.184.216.34', '1.1.1.1', '2606:4700::1111', '172.32.0.1'])('%s is of the Internet', (address) => {
    expect(isInside(address)).toBe(false);
  });

  it('of this machine is inside, also a public one', () => {
    for (const one of Object.values(networkInterfaces()).flatMap((list) => list ?? []))
      expect(isInside(one.address)).toBe(true);
  });

  it('is of a subnet or not, also as an IPv4 address in IPv6’s clothes', () => {
    expect(inSubnet('172.24.3.4', '172.24.0.0/16')).toBe(true);
    expect(inSubnet('::ffff:172.24.3.4', '172.24.0.0/16')).toBe(true);
    expect(inSubnet('172.25.0.1', '172.24.0.0/16')).toBe(false);
    expect(inSubnet('fe80::1', '172.24.0.0/16')).toBe(false);
  });
});

describe('where a name of the list leads', () => {
  const to =
    (...addresses: string[]) =>
    () =>
      Promise.resolve(addresses);

  it('is its address of the Internet', async () => {
    expect(await reachable(rules('a.example'), 'a.example', 443, to('93.184.216.34'))).toEqual({
      addresses: ['93.184.216.34'],
    });
  });

  it('is never this machine or a network of ours, unless the list has that address too', async () => {
    for (const address of ['127.0.0.1', '172.17.0.1', '169.254.169.254', '::ffff:10.0.0.1'])
      expect(await reachable(rules('a.example'), 'a.example', 443, to(address))).toMatchObject({
        refused: expect.any(String),
      });
    const list = rules('a.example', '10.0.0.1');
    expect(await reachable(list, 'a.example', 443, to('10.0.0.1'))).toEqual({ addresses: ['10.0.0.1'] });
    expect(await reachable(list, 'a.example', 8443, to('10.0.0.1'))).toMatchObject({ refused: expect.any(String) });
  });

  it('leaves out what is inside when a name has both', async () => {
    expect(await reachable(rules('a.example'), 'a.example', 443, to('127.0.0.1', '93.184.216.34'))).toEqual({
      addresses: ['93.184.216.34'],
    });
  });

  it('is nowhere when the name has no address', async () => {
    const none = () => Promise.reject(new Error('ENOTFOUND'));
    expect(await reachable(rules('a.example'), 'a.example', 443, none)).toEqual({ refused: 'the name has no address' });
  });
});
