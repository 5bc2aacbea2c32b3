import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { systemClock } from '../../../../domain/clock.ts';
import type { Route } from '../../../../domain/environment.ts';
import { type AssembledEdge, assembleEdge } from '../assemble-edge.ts';
import type { ConnectCall, WakeCall } from '../client.ts';
import { LIMITS, type Limits } from '../limits.ts';

/** For tests and the bench: an edge in this process whose routes the caller sets, real upstream servers, and requests over real sockets. */
export const HOST = 'pr-12-fix.localhost';
export const OTHER_HOST = 'pr-13-more.localhost';

export interface TestEdge {
  readonly port: number;
  readonly edge: AssembledEdge;
  readonly logs: readonly Record<string, unknown>[];
  /** Statements that were written to "PostgreSQL". */
  readonly told: readonly (readonly unknown[])[];
  route(host: string, route: Route | null): void;
  /** "PostgreSQL" is away for so many statements. */
  refuseToBeTold(times: number): void;
  close(): Promise<void>;
}

export interface TestEdgeOptions {
  readonly limits?: Partial<Limits>;
  readonly trustedProxies?: readonly string[];
  readonly holdSeconds?: number;
  readonly wake?: WakeCall;
  readonly connect?: ConnectCall;
}

export async function openEdge(options: TestEdgeOptions = {}): Promise<TestEdge> {
  const logs: Record<string, unknown>[] = [];
  const told: (readonly unknown[])[] = [];
  let away = 0;
  const edge = assembleEdge({
    settings: {
      listen: { host: '127.0.0.1', port: 0 },
      trustedProxies: [...(options.trustedProxies ?? [])],
      holdSeconds: options.holdSeconds ?? 60,
    },
    logger: pino(
      { level: 'info' },
      lineStream((line) => logs.push(JSON.parse(line))),
    ),
    limits: { ...LIMITS, drainMs: 2_000, ...options.limits },
    clock: systemClock,
    wake: options.wake ?? (async () => ({ kind: 'asked' })),
    connect: options.connect ?? (async () => ({ kind: 'gone' })),
    write: async (_statement, parameters) => {
      if (away > 0) {
        away -= 1;
        throw new Error('away');
      }
      told.push(parameters);
    },
    databaseConnected: () => true,
  });
  edge.book.replaceAll([]);
  let version = 0;
  return {
    port: await edge.listen(),
    edge,
    logs,
    told,
    route: (host, route) => {
      version += 1;
      edge.book.replace([host], route ? [{ host, environment: `shop/${host.split('.')[0]}`, route, version }] : []);
    },
    refuseToBeTold: (times) => {
      away = times;
    },
    close: async () => {
      await edge.drain();
      await edge.activity.close();
      await edge.tally.close();
      await edge.measures.close();
      await edge.destroy();
    },
  };
}

const lineStream = (onLine: (line: string) => void): Writable =>
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      onLine(chunk.toString());
      done();
    },
  });

export interface TestUpstream {
  readonly port: number;
  readonly server: Server;
  /** Sockets that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  readonly route: Route;
  close(): Promise<void>;
}

export async function startUpstream(answer: RequestListener, port = 0): Promise<TestUpstream> {
  const server = createServer({ requestTimeout: 0 }, answer);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;
  return {
    port: taken,
    server,
    sockets,
    route: serveAt(taken),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

export const serveAt = (port: number, websocketPort = port): Route => ({
  kind: 'serve',
  upstream: { host: '127.0.0.1', port, websocketPort },
});

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface Asking {
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

/** One request on a connection of its own. */
export async function ask(port: number, asking: Asking = {}): Promise<Answer> {
  const req = httpRequest({
    ...{ host: '127.0.0.1', port, path: asking.path ?? '/web/login', method: asking.method ?? 'GET', agent: false },
    headers: { host: asking.host ?? HOST, ...asking.headers },
  });
  req.end(asking.body);
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of res) parts.push(part as Buffer);
  const body = Buffer.concat(parts).toString();
  return { status: res.statusCode ?? 0, headers: res.headers, rawHeaders: res.rawHeaders, body };
}

/** Sends bytes as they are and returns all that comes back until the other side closes. */
export async function askRaw(port: number, bytes: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  socket.write(bytes, 'latin1');
  await closed;
  return Buffer.concat(parts).toString('latin1');
}

export async function until(condition: () => boolean, milliseconds = 5_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not true within ${milliseconds} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
