import type { BlockList } from 'node:net';
import { isIP } from 'node:net';
import type { HostName } from './host.ts';

/** What belongs to one connection only (RFC 9110, 7.6.1), besides whatever `Connection` names. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Said by us or by nobody: a client that sets these would choose its own address, scheme or path for Odoo. */
const OURS = new Set(['forwarded', 'x-real-ip', 'x-request-id', 'x-original-url', 'x-rewrite-url', 'front-end-https']);

export interface ClientFacts {
  /** Of the client itself, not of a trusted proxy in front. */
  readonly address: string;
  readonly proto: 'http' | 'https';
  readonly port: string;
  readonly requestId: string;
}

type Received = Readonly<Record<string, string | string[] | undefined>>;

const oneOf = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? value.join(',') : (value ?? '');
const unmapped = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address);
const listed = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * Who asks. A client's own X-Forwarded-* are believed only when a trusted proxy handed them over; of X-Forwarded-For the
 * right-most address that is no trusted proxy counts, since everything left of it may be invented.
 */
export function clientFacts(
  peer: string,
  received: Received,
  options: { readonly host: HostName; readonly trusted: BlockList; readonly newRequestId: () => string },
): ClientFacts {
  const direct = unmapped(peer);
  const trust = listed(options.trusted, direct);
  const proto = trust && lastOf(received['x-forwarded-proto']).toLowerCase() === 'https' ? 'https' : 'http';
  const saidPort = trust ? lastOf(received['x-forwarded-port']) : '';
  const saidId = trust ? oneOf(received['x-request-id']) : '';
  return {
    address: trust ? clientAddress(direct, oneOf(received['x-forwarded-for']), options.trusted) : direct,
    proto,
    port: options.host.port || (/^\d{1,5}$/.test(saidPort) ? saidPort : proto === 'https' ? '443' : '80'),
    requestId: /^[\w.:-]{1,128}$/.test(saidId) ? saidId : options.newRequestId(),
  };
}

const lastOf = (value: string | string[] | undefined): string => oneOf(value).split(',').at(-1)?.trim() ?? '';

function clientAddress(direct: string, forwardedFor: string, trusted: BlockList): string {
  let found = direct;
  for (const hop of forwardedFor.split(',').reverse()) {
    const address = unmapped(hop.trim());
    if (isIP(address) === 0) break;
    found = address;
    if (!listed(trusted, address)) break;
  }
  return found;
}

/**
 * Request headers for Odoo as name, value, name, value … Host stays as received: Odoo's proxy_mode reads X-Forwarded-Host, and
 * takes exactly one address from X-Forwarded-For, so it gets exactly one.
 * Names with `_` are dropped (as nginx does): WSGI cannot tell `X_Forwarded_For` from `X-Forwarded-For`.
 */
export function requestHeaders(raw: readonly string[], facts: ClientFacts): string[] {
  const named = connectionTokens(raw);
  const kept: string[] = [];
  let host = '';
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] as string;
    const lower = name.toLowerCase();
    const value = raw[i + 1] as string;
    if (lower === 'host') host = value;
    if (HOP_BY_HOP.has(lower) || named.has(lower) || OURS.has(lower) || lower === 'expect') continue;
    if (lower.startsWith('x-forwarded') || lower.includes('_')) continue;
    kept.push(name, value);
  }
  kept.push('X-Forwarded-For', facts.address, 'X-Forwarded-Host', host, 'X-Forwarded-Proto', facts.proto);
  kept.push('X-Forwarded-Port', facts.port, 'X-Request-Id', facts.requestId);
  return kept;
}

/** Response headers for the client, in order and with repeats (Set-Cookie), as name, value, name, value … */
export function responseHeaders(raw: readonly (string | Buffer)[], requestId: string): string[] {
  const text = raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
  const named = connectionTokens(text);
  const kept: string[] = [];
  for (let i = 0; i + 1 < text.length; i += 2) {
    const lower = (text[i] as string).toLowerCase();
    if (HOP_BY_HOP.has(lower) || named.has(lower) || lower === 'x-request-id') continue;
    kept.push(text[i] as string, text[i + 1] as string);
  }
  kept.push('X-Request-Id', requestId);
  return kept;
}

/** Headers that a message's `Connection` names are for this hop only. Host and lengths are never among them: that would be an attack. */
function connectionTokens(raw: readonly string[]): Set<string> {
  const tokens = new Set<string>();
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if ((raw[i] as string).toLowerCase() !== 'connection') continue;
    for (const token of (raw[i + 1] as string).toLowerCase().split(',')) {
      const name = token.trim();
      if (name !== '' && name !== 'host' && name !== 'content-length') tokens.add(name);
    }
  }
  return tokens;
}

/** What Node's strict parser lets through and we do not; null when the request is fine. */
export function malformed(raw: readonly string[], url: string): string | null {
  let hosts = 0;
  let lengths = 0;
  let encodings = 0;
  for (let i = 0; i < raw.length; i += 2) {
    const lower = (raw[i] as string).toLowerCase();
    if (lower === 'host') hosts += 1;
    if (lower === 'content-length') lengths += 1;
    if (lower === 'transfer-encoding') encodings += 1;
  }
  if (hosts !== 1) return 'exactly one Host header is needed';
  if (lengths + encodings > 1) return 'the length of the body is ambiguous';
  if (!url.startsWith('/')) return 'the target must be a path';
  return null;
}
