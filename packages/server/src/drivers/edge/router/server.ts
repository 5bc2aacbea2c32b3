import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type BlockList, Server as NetServer, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { logAccess } from './access-log.ts';
import type { ConnectCall } from './client.ts';
import { answerConnect, CONNECT_PATH } from './connect.ts';
import { type Edge, handleRequest } from './handle-request.ts';
import { handleUpgrade, refuseSocket } from './handle-upgrade.ts';
import type { Limits } from './limits.ts';
import { answerOwn, isOwnPath } from './own-endpoints.ts';
import { sendJson } from './pages/send-page.ts';
import type { Exchange } from './proxy/exchange.ts';
import type { UpgradeExchange } from './proxy/forward-upgrade.ts';
import { type ClientFacts, clientFacts, malformed } from './proxy/headers.ts';
import { type HostName, parseHost, pathOf } from './proxy/host.ts';

export interface ServerOptions extends Edge {
  readonly trusted: BlockList;
  readonly newRequestId: () => string;
  readonly databaseConnected: () => boolean;
  readonly connect: ConnectCall;
}

export interface EdgeServer {
  readonly server: Server;
  /** Stops accepting, lets requests in flight end within the limit, then closes what is left (websockets too). */
  drain(): Promise<void>;
}

/** The public side: Node's strict parser, limits against slow clients, and one place where each request is looked at first. */
export function createEdgeServer(options: ServerOptions): EdgeServer {
  const open = { answers: new Set<ServerResponse>(), tunnels: new Set<Duplex>(), draining: false };
  const server = createServer(parserLimits(options.limits));
  server.maxHeadersCount = 0; // Bounded by their size; a count would drop headers without a word.
  const onRequest = (req: IncomingMessage, res: ServerResponse, expectsContinue: boolean): void => {
    open.answers.add(res);
    res.once('close', () => open.answers.delete(res));
    if (open.draining) res.shouldKeepAlive = false;
    acceptRequest(options, { req, res, expectsContinue });
  };
  server.on('request', (req, res) => onRequest(req, res, false));
  server.on('checkContinue', (req, res) => onRequest(req, res, true));
  server.on('upgrade', (req, socket, head) => {
    open.tunnels.add(socket);
    socket.once('close', () => open.tunnels.delete(socket));
    acceptUpgrade(options, { req, socket, head });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else refuseSocket(socket, ANSWERS[error.code ?? ''] ?? 400);
  });
  return { server, drain: () => drain(server, open, options.limits) };
}

const ANSWERS: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

const parserLimits = (limits: Limits) => ({
  insecureHTTPParser: false,
  maxHeaderSize: limits.requestHeaderBytes,
  headersTimeout: limits.headersMs,
  requestTimeout: limits.requestMs,
  keepAliveTimeout: limits.keepAliveMs,
  connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
  keepAlive: true,
  keepAliveInitialDelay: limits.tcpKeepAliveMs,
  noDelay: true,
  requireHostHeader: true,
  // Any other upgrade (h2c) is ignored, as HTTP allows: the request is answered as HTTP/1.1.
  shouldUpgradeCallback: isWebsocket,
});

const isWebsocket = (req: IncomingMessage): boolean =>
  req.method === 'GET' && req.headers.upgrade?.toLowerCase() === 'websocket';

interface Asked {
  readonly host: HostName;
  readonly path: string;
  readonly facts: ClientFacts;
}

function understand(options: ServerOptions, req: IncomingMessage): Asked | { readonly refused: string } {
  const refused = malformed(req.rawHeaders, req.url ?? '');
  if (refused) return { refused };
  const host = parseHost(req.headers.host);
  if (!host) return { refused: 'the Host header is not a host name' };
  const { trusted, newRequestId } = options;
  const facts = clientFacts(req.socket.remoteAddress ?? '', req.headers, { host, trusted, newRequestId });
  return { host, path: pathOf(req.url ?? '/'), facts };
}

interface Incoming {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly expectsContinue: boolean;
}

function acceptRequest(options: ServerOptions, { req, res, expectsContinue }: Incoming): void {
  const begun = performance.now();
  const asked = understand(options, req);
  if ('refused' in asked) {
    res.shouldKeepAlive = false;
    sendJson(res, 400, { error: asked.refused });
    return;
  }
  const takesNoWrites = (): boolean => options.book.find(asked.host.name)?.route.kind === 'read-only';
  const unsent = { body: null, upstream: null, cuts: 0, bytes: 0, answeredAt: null };
  const exchange: Exchange = { req, res, ...asked, expectsContinue, takesNoWrites, ...unsent };
  res.once('close', () => {
    const status = res.headersSent ? res.statusCode : 499;
    logAccess(options.logger, {
      ...asked,
      method: req.method,
      status,
      begun,
      upstream: exchange.upstream,
      bytes: exchange.bytes,
    });
  });
  const onError = (error: unknown): void => onDefect(options, asked, { error, end: res });
  if (asked.path === CONNECT_PATH) answerConnect(options, exchange).catch(onError);
  else if (isOwnPath(asked.path)) answerOwn({ book: options.book, connected: options.databaseConnected() }, exchange);
  else handleRequest(options, exchange).catch(onError);
}

interface Upgrading {
  readonly req: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

function acceptUpgrade(options: ServerOptions, { req, socket, head }: Upgrading): void {
  const begun = performance.now();
  socket.on('error', () => socket.destroy());
  if (socket instanceof Socket) socket.setKeepAlive(true, options.limits.tcpKeepAliveMs);
  const asked = understand(options, req);
  if ('refused' in asked || !isWebsocket(req) || isOwnPath(asked.path)) {
    refuseSocket(socket, 400);
    return;
  }
  const exchange: UpgradeExchange = { req, socket, head, facts: asked.facts, status: 499 };
  const log = (upstream: string | null): void => {
    if (exchange.error) options.logger.warn({ err: exchange.error, upstream }, 'a websocket was not opened at once');
    logAccess(options.logger, { ...asked, method: req.method, status: exchange.status, begun, upstream, bytes: 0 });
  };
  handleUpgrade(options, exchange, { host: asked.host.name, path: asked.path })
    .then(log)
    .catch((error: unknown) => onDefect(options, asked, { error, end: socket }));
}

function onDefect(
  { logger }: ServerOptions,
  { facts }: Asked,
  { error, end }: { readonly error: unknown; readonly end: { destroy(): void } },
): void {
  logger.error({ err: error, requestId: facts.requestId }, 'a request met a defect of the edge');
  end.destroy();
}

interface Open {
  readonly answers: ReadonlySet<ServerResponse>;
  readonly tunnels: ReadonlySet<Duplex>;
  draining: boolean;
}

async function drain(server: Server, open: Open, limits: Limits): Promise<void> {
  open.draining = true;
  // Not the HTTP server's own close: that cuts connections which were just accepted and whose request is still on its way.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  for (const res of open.answers) if (!res.headersSent) res.shouldKeepAlive = false;
  let over = false;
  void closed.then(() => {
    over = true;
  });
  const begun = performance.now();
  const passed = (): number => performance.now() - begun;
  while (!over && (passed() < limits.lastRequestMs || (open.answers.size > 0 && passed() < limits.drainMs))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (passed() >= limits.lastRequestMs) server.closeIdleConnections();
  }
  // Websockets never end by themselves; Odoo's clients connect again.
  for (const socket of open.tunnels) socket.destroy();
  server.closeAllConnections();
  await closed;
}
