import type { Logger } from 'pino';
import type { ClientFacts } from './proxy/headers.ts';
import type { HostName } from './proxy/host.ts';

export interface Access {
  readonly host: HostName;
  readonly method: string | undefined;
  /** Without the query: it may hold tokens. */
  readonly path: string;
  /** 499: the client left before an answer began. */
  readonly status: number;
  /** By performance.now(). */
  readonly begun: number;
  /** Of the answer's body, as the upstream sent it. */
  readonly bytes: number;
  readonly upstream: string | null;
  readonly facts: ClientFacts;
}

/** One line per request. */
export function logAccess(logger: Logger, { host, facts, begun, method, path, status, bytes, upstream }: Access): void {
  const ms = Math.round((performance.now() - begun) * 10) / 10;
  const { address: client, requestId } = facts;
  logger.info({ host: host.name, method, path, status, ms, bytes, upstream, client, requestId }, 'request');
}
