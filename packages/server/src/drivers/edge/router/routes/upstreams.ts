import { Pool } from 'undici';
import { addressOf } from '../../../../domain/open-requests.ts';
import type { Limits } from '../limits.ts';

/** Connections to one address. */
export interface UpstreamPool {
  readonly address: string;
  readonly pool: Pool;
}

export interface Upstreams {
  /** Each call counts; the pool lives until as many `release`. */
  acquire(host: string, port: number): UpstreamPool;
  /** After the last one the pool takes no more requests, finishes those it has and closes. Websockets left the pool when they were upgraded: they stay. */
  release(upstream: UpstreamPool): void;
  /** Ends everything at once, drained pools too. */
  destroy(): Promise<void>;
}

export function createUpstreams(limits: Limits): Upstreams {
  const current = new Map<string, { readonly upstream: UpstreamPool; uses: number }>();
  const pools = new Set<Pool>();

  const open = (host: string, port: number, address: string): UpstreamPool => {
    const pool = openPool(host, port, limits);
    pools.add(pool);
    return { address, pool };
  };

  return {
    acquire: (host, port) => {
      const address = addressOf(host, port);
      const known = current.get(address);
      if (known) {
        known.uses += 1;
        return known.upstream;
      }
      const upstream = open(host, port, address);
      current.set(address, { upstream, uses: 1 });
      return upstream;
    },
    release: (upstream) => {
      const known = current.get(upstream.address);
      if (known?.upstream !== upstream) return;
      known.uses -= 1;
      if (known.uses > 0) return;
      current.delete(upstream.address);
      upstream.pool.close(() => pools.delete(upstream.pool));
    },
    destroy: async () => {
      current.clear();
      await Promise.all([...pools].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

const openPool = (host: string, port: number, limits: Limits): Pool =>
  new Pool(`http://${host.includes(':') ? `[${host}]` : host}:${port}`, {
    connections: limits.upstreamConnections,
    pipelining: 1,
    headersTimeout: limits.upstreamSilentMs,
    bodyTimeout: limits.upstreamSilentMs,
    keepAliveTimeout: limits.upstreamKeepAliveMs,
    keepAliveTimeoutThreshold: 2_000,
    maxHeaderSize: limits.responseHeaderBytes,
    allowH2: false,
    connect: {
      host,
      port,
      noDelay: true,
      // A websocket's upstream may end its side first and still be written to.
      allowHalfOpen: true,
      timeout: limits.upstreamConnectMs,
      keepAliveInitialDelay: limits.tcpKeepAliveMs,
    },
  });
