import type { Route } from '../../../domain/environment.ts';
import { fingerprint, sendJson } from './pages/send-page.ts';
import type { Exchange } from './proxy/exchange.ts';
import { parseHost } from './proxy/host.ts';
import type { RouteBook } from './routes/route-book.ts';

export const isOwnPath = (path: string): boolean => path === '/_slipway' || path.startsWith('/_slipway/');

interface Known {
  readonly book: RouteBook;
  /** Whether the routes follow PostgreSQL right now. */
  readonly connected: boolean;
}

/** The edge's own answers; nothing below /_slipway/ ever reaches an Odoo. */
export function answerOwn(known: Known, exchange: Exchange): void {
  const { status, body } = ownAnswer(known, exchange);
  sendJson(exchange.res, status, body);
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

function ownAnswer({ book, connected }: Known, { req, host, path }: Exchange): Answer {
  if (req.method !== 'GET' && req.method !== 'HEAD') return { status: 405, body: { error: 'method not allowed' } };
  switch (path) {
    case '/_slipway/health':
      return { status: 200, body: { status: 'ok', database: connected ? 'connected' : 'away' } };
    case '/_slipway/state':
      return state(book, host.name);
    case '/_slipway/ask':
      return ask(book, req.url ?? '');
    default:
      return { status: 404, body: { error: 'not found' } };
  }
}

/** What a page polls: never where an Odoo listens, nor which environment it is. */
function state(book: RouteBook, host: string): Answer {
  const route = book.find(host)?.route;
  const mark = fingerprint(route);
  if (!route) return { status: 404, body: { host, kind: 'unknown', fingerprint: mark } };
  return { status: 200, body: { host, kind: route.kind, ...shown(route), fingerprint: mark } };
}

const shown = (route: Route): object => {
  if (route.kind === 'page') return { page: route.page, facts: route.facts };
  return route.kind === 'read-only' ? { since: route.since, until: route.until } : {};
};

/** Caddy's on-demand TLS asks before it gets a certificate: only for hosts that there are, else anybody could use up the quota. */
function ask(book: RouteBook, url: string): Answer {
  const domain = new URLSearchParams(url.split('?')[1] ?? '').get('domain');
  const name = parseHost(domain ?? undefined)?.name;
  const known = name !== undefined && book.find(name) !== undefined;
  return { status: known ? 200 : 404, body: { known } };
}
