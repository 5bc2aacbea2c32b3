import type { Route, RouteEntry, Upstream } from '../../../../domain/environment.ts';
import type { UpstreamPool, Upstreams } from './upstreams.ts';

export interface RouteRow extends RouteEntry {
  readonly version: number;
}

export interface KnownHost {
  readonly environment: string;
  readonly route: Route;
  readonly version: number;
  /** Both null unless the route serves, be it for reading only. */
  readonly http: UpstreamPool | null;
  readonly websocket: UpstreamPool | null;
}

/** The routes in memory. Reading is a map look-up; a switch is the swap of one entry. */
export interface RouteBook {
  find(host: string): KnownHost | undefined;
  /** False until anything was loaded, from file or database: then an unknown host may be known in a moment. */
  readonly loaded: boolean;
  /** The whole table: what is not in it is gone. True when anything changed. */
  replaceAll(rows: readonly RouteRow[]): boolean;
  /** Some hosts, re-read: those without a row are gone. */
  replace(hosts: readonly string[], rows: readonly RouteRow[]): boolean;
  rows(): readonly RouteRow[];
  /** Calls once, at the next change of that host; returns how to take it back. */
  onceChanged(host: string, call: () => void): () => void;
}

/** A host that is no environment's: the dashboard's. It is in no table, so no row takes it away; one of its name goes first. */
export interface OwnHost {
  readonly host: string;
  readonly upstream: Upstream;
}
/** What an environment is called that is none: nothing is counted for it. */
export const NO_ENVIRONMENT = '';

export function createRouteBook(upstreams: Upstreams, own: OwnHost | null = null): RouteBook {
  const hosts = new Map<string, KnownHost>();
  const waiting = new Map<string, Set<() => void>>();
  let loaded = false;
  const home =
    own === null
      ? undefined
      : known(
          { ...own, environment: NO_ENVIRONMENT, route: { kind: 'serve', upstream: own.upstream }, version: 0 },
          upstreams,
        );

  const put = (row: RouteRow): boolean => {
    const before = hosts.get(row.host);
    if (before && sameRoute(before, row)) return false;
    hosts.set(row.host, known(row, upstreams));
    letGo(before, upstreams);
    return true;
  };
  const remove = (host: string): boolean => {
    const before = hosts.get(host);
    letGo(before, upstreams);
    return hosts.delete(host);
  };
  const changeEach = (names: Iterable<string>, change: (host: string) => boolean): boolean => {
    const changed = [...names].filter(change);
    for (const host of changed) {
      const calls = waiting.get(host);
      waiting.delete(host);
      for (const call of calls ?? []) call();
    }
    return changed.length > 0;
  };
  const replace = (names: Iterable<string>, rows: readonly RouteRow[]): boolean => {
    const byHost = new Map(rows.map((row) => [row.host, row]));
    loaded = true;
    return changeEach(new Set([...names, ...byHost.keys()]), (host) => {
      const row = byHost.get(host);
      return row ? put(row) : remove(host);
    });
  };

  return {
    find: (host) => hosts.get(host) ?? (host === own?.host ? home : undefined),
    get loaded() {
      return loaded;
    },
    replaceAll: (rows) => replace([...hosts.keys()], rows),
    replace,
    rows: () => [...hosts].map(([host, { environment, route, version }]) => ({ host, environment, route, version })),
    onceChanged: (host, call) => {
      const calls = waiting.get(host) ?? new Set();
      waiting.set(host, calls.add(call));
      return () => {
        calls.delete(call);
        if (calls.size === 0 && waiting.get(host) === calls) waiting.delete(host);
      };
    },
  };
}

const sameRoute = (a: KnownHost, b: RouteRow): boolean =>
  a.environment === b.environment && JSON.stringify(a.route) === JSON.stringify(b.route);

function known({ environment, route, version }: RouteRow, upstreams: Upstreams): KnownHost {
  if (route.kind !== 'serve' && route.kind !== 'read-only')
    return { environment, route, version, http: null, websocket: null };
  const { host, port, websocketPort } = route.upstream;
  const http = upstreams.acquire(host, port);
  return { environment, route, version, http, websocket: upstreams.acquire(host, websocketPort) };
}

function letGo(entry: KnownHost | undefined, upstreams: Upstreams): void {
  if (entry?.http) upstreams.release(entry.http);
  if (entry?.websocket) upstreams.release(entry.websocket);
}
