import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Edge, type Patience, untilServing } from './handle-request.ts';
import type { PageName } from './pages/pages.ts';
import { endSocket, forwardUpgrade, type UpgradeExchange } from './proxy/forward-upgrade.ts';
import { isWebsocketPath } from './proxy/host.ts';

/** Opens a websocket, or answers why not. Waits out a swap, but wakes nobody: forgotten tabs reconnect for ever. Returns the upstream, if it came to one. */
export async function handleUpgrade(
  edge: Edge,
  exchange: UpgradeExchange,
  target: { readonly host: string; readonly path: string },
): Promise<string | null> {
  const { socket } = exchange;
  const patience: Patience = { host: target.host, guest: socket, wakes: false, since: performance.now(), limit: 0 };
  for (;;) {
    const held = await untilServing(edge, patience);
    if (held.kind === 'page') refuse(exchange, statusOf(held.page));
    if (held.kind !== 'serving') return null;
    const upstream = isWebsocketPath(target.path) ? held.known.websocket : held.known.http;
    const outcome = await forwardUpgrade(exchange, upstream, edge.limits);
    const again = outcome === 'failed' && (await mayTryAgain(edge, patience, exchange));
    if (!again) return upstream.address;
  }
}

/** A handshake changes nothing, so it may be sent again while the upstream restarts. When not: answers 502. */
async function mayTryAgain({ room, limits }: Edge, patience: Patience, exchange: UpgradeExchange): Promise<boolean> {
  const { host, guest, since } = patience;
  const left = since + limits.holdMs - performance.now();
  const waited = await room.wait(host, guest, Math.min(limits.retryPauseMs, left));
  if (waited !== 'full' && waited !== 'gone' && left > 0) return true;
  refuse(exchange, 502);
  return false;
}

const statusOf = (page: PageName): number => (page === 'not-found' ? 404 : 503);

function refuse(exchange: UpgradeExchange, status: number): void {
  if (exchange.socket.destroyed) return;
  exchange.status = status;
  refuseSocket(exchange.socket, status);
}

/** A bare answer on a socket that has left the HTTP server, and the end of it. */
export function refuseSocket(socket: Duplex, status: number): void {
  if (socket.destroyed || !socket.writable) return;
  const retry = status === 503 ? 'Retry-After: 5\r\n' : '';
  socket.write(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${retry}Content-Length: 0\r\nConnection: close\r\n\r\n`,
  );
  endSocket(socket);
}
