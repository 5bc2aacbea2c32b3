import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { type AllowRule, bareHost, isAllowed } from '../../../domain/egress.ts';
import { isInside, plainAddress } from '../../shared/inside-addresses.ts';
import { LIMITS } from './limits.ts';

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

export const inSubnet = (address: string, subnet: string): boolean => {
  const [net = '', bits = ''] = subnet.split('/');
  const plain = plainAddress(address);
  if (isIP(net) === 0 || isIP(plain) !== isIP(net)) return false;
  const list = new BlockList();
  list.addSubnet(net, Number(bits), family(net));
  return list.check(plain, family(plain));
};

export type Resolve = (host: string) => Promise<readonly string[]>;

/** As this machine resolves, /etc/hosts included. */
export const resolveHere: Resolve = async (host) => {
  const found = lookup(host, { all: true, verbatim: true });
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('the name server does not answer')), LIMITS.nameMilliseconds).unref();
  });
  return (await Promise.race([found, late])).map(({ address }) => address);
};

/**
 * The addresses to connect to: those that the name has now. The connection is made to what was looked at, so that a second answer cannot
 * lead elsewhere. An address inside counts only when the list has it as an address.
 */
export const reachable = async (
  rules: readonly AllowRule[],
  host: string,
  port: number,
  resolve: Resolve,
): Promise<{ readonly addresses: readonly string[] } | { readonly refused: string }> => {
  const plain = bareHost(host);
  if (isIP(plain) !== 0) return { addresses: [plain] };
  const found = await resolve(plain).catch(() => []);
  if (found.length === 0) return { refused: 'the name has no address' };
  const open = found.filter((address) => !isInside(address) || isAllowed(rules, plainAddress(address), port));
  return open.length > 0 ? { addresses: open } : { refused: `${found[0]} is not an address of the Internet` };
};
