/** Where a repository is: pure reading of addresses. */
import { isAbsolute } from 'node:path';
import { Failure } from '@slipway/contracts/failure';

export interface Address {
  /** What git is told: without user name and password. */
  readonly url: string;
  readonly kind: 'path' | 'http' | 'ssh' | 'git';
  /** `scheme://host[:port]` of an http address: what a token may be sent to. */
  readonly origin: string | null;
  /** Credentials that stood in the address, as `user:password`. */
  readonly userinfo: string | null;
}

/** Only these transports: `ext::` and the like run programs that an address names. */
const SCHEMES: Readonly<Record<string, Address['kind']>> = {
  'https:': 'http',
  'http:': 'http',
  'ssh:': 'ssh',
  'git:': 'git',
  'file:': 'path',
};

/** `user@host:path`, as git reads it: no slash before the first colon. */
const SCP = /^[^/:\s]+@?[^/:\s]*:(?!\/\/|:).+$/;

/** Failure: config-invalid for an address that git must not be given. */
export const parseAddress = (text: string): Address => {
  if (text.startsWith('-') || hasControl(text) || text === '') throw refused(text, 'is not an address');
  if (isAbsolute(text)) return { url: text, kind: 'path', origin: null, userinfo: null };
  if (!text.includes('://')) {
    if (SCP.test(text) && !text.includes('::')) return { url: text, kind: 'ssh', origin: null, userinfo: null };
    throw refused(text, 'is neither an absolute path nor an address');
  }
  return parseUrl(text);
};

const parseUrl = (text: string): Address => {
  const url = URL.parse(text);
  const kind = url ? SCHEMES[url.protocol] : undefined;
  if (url === null || kind === undefined || text.includes('::'))
    throw refused(text, 'has another scheme than https, http, ssh, git or file');
  // ssh would take it for an option.
  if (decodeURIComponent(url.hostname).startsWith('-')) throw refused(text, 'has an odd host name');
  if (kind !== 'http') return { url: text, kind, origin: null, userinfo: null };
  const userinfo =
    url.username === '' ? null : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { url: url.href, kind, origin: url.origin, userinfo };
};

/**
 * The address of a submodule, `given` as .gitmodules has it, in a repository at `parent`. null when it must not be
 * followed: whoever opens a pull request writes .gitmodules, and a path there would read the server's own disk.
 */
export const submoduleAddress = (given: string, parent: Address): string | null => {
  const url = given.startsWith('./') || given.startsWith('../') ? resolveRelative(given, parent.url) : given;
  try {
    const address = parseAddress(url);
    if (address.kind === 'path' && parent.kind !== 'path') return null;
    return url;
  } catch {
    return null;
  }
};

/** As `git submodule` does it: each `../` takes one part off the parent's address. */
const resolveRelative = (given: string, parent: string): string => {
  let base = parent.replace(/\/+$/, '');
  let rest = given;
  for (;;) {
    if (rest.startsWith('./')) rest = rest.slice(2);
    else if (rest.startsWith('../')) {
      rest = rest.slice(3);
      base = base.replace(/[/:][^/:]*$/, '');
    } else break;
  }
  // `git@host:shop.git` has its last part after the colon.
  const separator = parent.startsWith(`${base}:`) && !parent.startsWith(`${base}://`) ? ':' : '/';
  return `${base}${separator}${rest}`;
};

/** An address as it may be shown: without credentials. */
export const shown = (text: string): string => text.replace(/:\/\/[^/@\s]*@/g, '://');

const hasControl = (text: string): boolean => [...text].some((character) => character < ' ' || character === '\x7f');

const refused = (text: string, why: string): Failure =>
  new Failure('config-invalid', { problems: `the repository address ${shown(text)} ${why}` });
