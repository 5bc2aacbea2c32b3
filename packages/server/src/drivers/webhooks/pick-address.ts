import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { isInside } from '../shared/inside-addresses.ts';

const INSIDE = 'the address leads to this machine or into a network of its own';

/** Why an address is none for a webhook, as far as its text says; null: nothing is wrong with it. */
export const malformed = (url: string): string | null => {
  const parsed = URL.parse(url);
  if (parsed === null) return 'it is no address';
  if (!/^https?:$/.test(parsed.protocol)) return 'it is neither http nor https';
  if (parsed.username !== '' || parsed.password !== '') return 'it names a user or a password';
  return null;
};

/** `[::1]` is what stands in an address, `::1` what is connected to. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, '');

/** Null: it may be connected to. An address in figures is asked here, since nothing looks it up. */
export const refusedLiteral = (url: string, privateToo: boolean): string | null => {
  const host = bare(URL.parse(url)?.hostname ?? '');
  return isIP(host) !== 0 && !privateToo && isInside(host) ? INSIDE : null;
};

/** Whether a name leads inside now. One that leads nowhere may lead somewhere tomorrow. */
export const refusedName = async (url: string, privateToo: boolean): Promise<string | null> => {
  const host = bare(URL.parse(url)?.hostname ?? '');
  if (privateToo || isIP(host) !== 0) return null;
  const found = await lookup(host, { all: true, verbatim: true }).catch(() => []);
  return found.length > 0 && found.every(({ address }) => isInside(address)) ? INSIDE : null;
};

export class InsideAddress extends Error {
  constructor() {
    super(INSIDE);
  }
}

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** Looks up as the connection is made, and leaves out what is inside: a second answer of the name server leads nowhere else. */
export const lookUpOutside: LookupFunction = (host, options, found) => {
  const answer = found as Found;
  lookup(host, { ...options, all: true, verbatim: true }).then(
    (all) => {
      const open = all.filter(({ address }) => !isInside(address));
      const first = open[0];
      if (first === undefined) return answer(new InsideAddress(), '');
      return options.all === true ? answer(null, open) : answer(null, first.address, first.family);
    },
    (error: NodeJS.ErrnoException) => answer(error, ''),
  );
};
