import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { Failure } from '@slipway/contracts/failure';
import { shellRequest } from '@slipway/contracts/shell-views';
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ShellKeys, ShellScreen } from '../flows/run-shell.ts';

/** A whole file that is pasted fits. */
const MOST_FRAME = 1024 * 1024;
/** So much may wait for a slow reader before the program has to. */
const MOST_WAITING = 1024 * 1024;
const PING_MILLISECONDS = 30_000;

interface Upgrade {
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly sockets: WebSocketServer;
}
const upgrades = new WeakMap<IncomingMessage, Upgrade>();

export const isUpgrade = (request: IncomingMessage): boolean => upgrades.has(request);

/** Websockets go through the routes like every request: the same token, the same table of permissions, the same errors. */
export const acceptUpgrades = (app: FastifyInstance): void => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_FRAME, perMessageDeflate: false });
  const open = new Set<Duplex>();
  // The HTTP server forgets a connection that is a websocket's, and would wait for it.
  app.addHook('preClose', async () => {
    for (const socket of open) socket.destroy();
  });
  (app.server as Server).on('upgrade', (request, socket, head) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    upgrades.set(request, { socket, head, sockets });
    const response = new ServerResponse(request);
    // After a refusal nothing more is said over it.
    response.shouldKeepAlive = false;
    response.once('finish', () => {
      if (upgrades.has(request)) socket.end();
    });
    response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
    app.routing(request, response);
  });
};

/** A browser sends its cookie for whatever page asks; only ours may, and each says so. Failure: shell-origin. */
export const requireOrigin = ({ headers: { origin } }: IncomingMessage, origins: ReadonlySet<string>): void => {
  if (origin !== undefined && origins.has(origin)) return;
  throw new Failure('shell-origin', { origin: (origin ?? 'no known address').slice(0, 200) });
};

export const acceptSocket = async (
  request: IncomingMessage,
  begin: (screen: ShellScreen) => Promise<ShellKeys>,
): Promise<void> => {
  const upgrade = upgrades.get(request);
  upgrades.delete(request);
  if (upgrade === undefined) throw new Failure('shell-needs-websocket', {});
  const { promise, resolve } = Promise.withResolvers<WebSocket>();
  upgrade.sockets.handleUpgrade(request, upgrade.socket, upgrade.head, resolve);
  const socket = await promise;
  // What is typed before the shell is there waits for it.
  const early: (() => void)[] = [];
  let keys: ShellKeys | null = null;
  const act = (work: (keys: ShellKeys) => void): void => {
    if (keys !== null) work(keys);
    else if (early.length < 1000) early.push(() => keys !== null && work(keys));
  };
  socket.on('error', () => socket.terminate());
  socket.on('close', () => act((on) => on.hangUp('whoever sat there left')));
  socket.on('message', (data, binary) => receive(socket, { data: data as Buffer, binary }, act));
  keepAlive(socket);
  keys = await begin(screenOn(socket));
  for (const work of early.splice(0)) work();
};

const receive = (
  socket: WebSocket,
  { data, binary }: { readonly data: Buffer; readonly binary: boolean },
  act: (work: (keys: ShellKeys) => void) => void,
): void => {
  if (binary) {
    act((keys) => keys.type(data));
    return;
  }
  const asked = shellRequest.safeParse(readJson(data));
  if (!asked.success) {
    socket.close(1007, 'not a frame of this protocol');
    return;
  }
  const frame = asked.data;
  act((keys) => ('resize' in frame ? keys.resize(frame.resize) : keys.finish()));
};

const readJson = (data: Buffer): unknown => {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    return undefined;
  }
};

const screenOn = (socket: WebSocket): ShellScreen => ({
  show: async (bytes) => {
    if (socket.readyState !== socket.OPEN) return;
    const sent = new Promise<void>((resolve) => socket.send(bytes, { binary: true }, () => resolve()));
    if (socket.bufferedAmount > MOST_WAITING) await sent;
  },
  close: (exit) => {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(JSON.stringify({ exit }));
    socket.close(1000);
  },
});

/** Proxies end what is silent, and a laptop that went to sleep says no farewell. */
const keepAlive = (socket: WebSocket): void => {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, PING_MILLISECONDS);
  socket.once('close', () => clearInterval(timer));
};
