import type { Route, Upstream } from '../../../../domain/environment.ts';
import type { RouteRow } from './route-book.ts';

const PAGES = ['queued', 'building', 'testing', 'failed', 'closed', 'blocked', 'maintenance'] as const;
type Known = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Known =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPort = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) < 65_536;

/** A row of ops.routes, or of the file, as something to rely on; null when it is not one: the caller keeps what it had for that host. */
export function parseRouteRow(value: unknown): RouteRow | null {
  if (!isRecord(value) || typeof value.host !== 'string' || typeof value.environment !== 'string') return null;
  const route = parseRoute(value.route);
  const version = Number(value.version);
  if (!route || !Number.isFinite(version)) return null;
  return { host: value.host.toLowerCase(), environment: value.environment, route, version };
}

function parseRoute(value: unknown): Route | null {
  if (!isRecord(value)) return null;
  if (value.kind === 'wake' || value.kind === 'hold') return { kind: value.kind };
  if (value.kind === 'serve' || value.kind === 'read-only') return parseServing(value.kind, value);
  const page = PAGES.find((name) => name === value.page);
  if (value.kind !== 'page' || !page || !isRecord(value.facts)) return null;
  const facts: Record<string, string | number> = {};
  for (const [name, fact] of Object.entries(value.facts)) {
    if (typeof fact === 'string' || typeof fact === 'number') facts[name] = fact;
  }
  return { kind: 'page', page, facts };
}

function parseServing(kind: 'serve' | 'read-only', { upstream, since, until }: Known): Route | null {
  const address = parseUpstream(upstream);
  if (!address || kind === 'serve') return address && { kind: 'serve', upstream: address };
  return isTime(since) && isTime(until) ? { kind, upstream: address, since, until } : null;
}

const isTime = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value));

function parseUpstream(upstream: unknown): Upstream | null {
  if (!isRecord(upstream) || typeof upstream.host !== 'string' || !/^[a-zA-Z0-9._:-]+$/.test(upstream.host))
    return null;
  if (!isPort(upstream.port) || !isPort(upstream.websocketPort)) return null;
  return { host: upstream.host, port: upstream.port, websocketPort: upstream.websocketPort };
}
