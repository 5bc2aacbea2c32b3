import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  ask,
  askRaw,
  HOST,
  openEdge,
  pause,
  serveAt,
  startUpstream,
  type TestEdgeOptions,
  until,
} from '../testing/edge-kit.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const start = async (options: TestEdgeOptions = {}) => {
  const upstream = await startUpstream((req, res) => res.end(`http ${req.url}`));
  const websockets = new WebSocketServer({ server: upstream.server, path: '/websocket' });
  const edge = await openEdge(options);
  open.push(upstream, edge);
  edge.route(HOST, upstream.route);
  return { upstream, websockets, edge };
};
const dial = (port: number, options: { path?: string; host?: string } = {}): WebSocket =>
  new WebSocket(`ws://127.0.0.1:${port}${options.path ?? '/websocket?version=19.0-1'}`, {
    headers: { host: options.host ?? HOST, 'x-forwarded-for': '6.6.6.6' },
  });
const handshake = (path = '/websocket', more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

/** An upstream below HTTP: what it gets and says is up to the test. */
const rawUpstream = async (onSocket: (socket: Socket) => void) => {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return { port: (server.address() as AddressInfo).port, sockets };
};
const ACCEPT = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

it('carries messages both ways, with forwarded headers and the chosen protocol', async () => {
  const { edge, websockets } = await start();
  let forwarded: unknown;
  websockets.on('connection', (socket, req) => {
    forwarded = [req.headers['x-forwarded-for'], req.headers['x-forwarded-host'], req.url];
    socket.send('hello');
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  const client = dial(edge.port);
  expect(String((await once(client, 'message'))[0])).toBe('hello');

  client.send(Buffer.from([0, 255]));

  expect((await once(client, 'message'))[0]).toEqual(Buffer.from([0, 255]));
  expect(forwarded).toEqual(['127.0.0.1', HOST, '/websocket?version=19.0-1']);
  client.close(1000, 'bye');
  expect((await once(client, 'close'))[0]).toBe(1000);
});

it('sends /websocket, and what lies below it, to the websocket port and all else to the HTTP port', async () => {
  const { edge, upstream } = await start();
  const gevent = await startUpstream((req, res) => res.end(`gevent ${req.url}`));
  const websockets = new WebSocketServer({ server: gevent.server });
  websockets.on('connection', (socket) => socket.send('gevent'));
  open.push(gevent);
  edge.route(HOST, serveAt(upstream.port, gevent.port));

  const client = dial(edge.port);
  expect(String((await once(client, 'message'))[0])).toBe('gevent');
  client.terminate();

  expect((await ask(edge.port, { path: '/websocket/health' })).body).toBe('gevent /websocket/health');
  expect((await ask(edge.port, { path: '/websockets' })).body).toBe('http /websockets');
});

it('holds a fast sender back when the other side does not read', async () => {
  const { edge, websockets } = await start();
  let sender: WebSocket | undefined;
  websockets.on('connection', (socket) => {
    sender = socket;
    for (let i = 0; i < 1_000; i += 1) socket.send(Buffer.alloc(100_000));
  });
  const before = process.memoryUsage();
  const client = dial(edge.port);
  await once(client, 'open');
  client.pause();
  await pause(500);

  // 100 MB: nearly all of it must still be with the sender, not in the edge.
  expect(sender?.bufferedAmount).toBeGreaterThan(80_000_000);
  expect(process.memoryUsage().rss - before.rss).toBeLessThan(250_000_000);
  let received = 0;
  client.on('message', (data) => {
    received += (data as Buffer).length;
  });
  client.resume();
  await until(() => received === 100_000_000, 20_000);
  client.terminate();
});

it('lets the upstream end its side first and still takes what the client says', async () => {
  const { edge } = await start();
  let heard = '';
  const raw = await rawUpstream((socket) => {
    socket.once('data', () => socket.end(`${ACCEPT}last words`));
    socket.on('data', (data) => {
      if (!data.toString().startsWith('GET')) heard += data;
    });
  });
  edge.route(HOST, serveAt(raw.port));
  const client = connect({ host: '127.0.0.1', port: edge.port, allowHalfOpen: true });
  client.write(handshake());
  let said = '';
  client.on('data', (data) => {
    said += data;
  });
  await once(client, 'end');

  expect(said).toContain('101 Switching Protocols');
  expect(said).toMatch(/last words$/);
  const closed = once(client, 'close');
  client.end('and mine');
  await until(() => heard === 'and mine');
  await closed;
});

it('hands over what the client sent right behind its handshake, but only after the upstream agreed', async () => {
  const { edge } = await start();
  const heard: string[] = [];
  const raw = await rawUpstream((socket) => {
    socket.on('data', (data) => heard.push(data.toString()));
    setTimeout(() => socket.write(ACCEPT), 100);
  });
  edge.route(HOST, serveAt(raw.port));
  const client = connect({ host: '127.0.0.1', port: edge.port });
  client.write(`${handshake()}early`);

  await until(() => heard.join('').endsWith('early'));
  expect(heard.length).toBe(2);
  client.destroy();
});

it('ends the connection after a refused upgrade, so that nothing can follow it past our header rules', async () => {
  const { edge } = await start();
  const requests: string[] = [];
  const raw = await rawUpstream((socket) => {
    socket.on('data', (data) => {
      requests.push(data.toString());
      socket.write('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 4\r\n\r\nwhat');
    });
  });
  edge.route(HOST, serveAt(raw.port));

  const smuggled = `GET /secret HTTP/1.1\r\nHost: ${HOST}\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n`;
  const answer = await askRaw(edge.port, handshake() + smuggled);

  expect(answer).toContain('HTTP/1.1 426 Upgrade Required');
  expect(answer).toContain('Connection: close');
  expect(answer).toMatch(/what$/);
  expect(requests.join('')).not.toContain('/secret');
});

it('ignores an upgrade to anything else, as HTTP allows', async () => {
  const { edge } = await start();

  const answer = await ask(edge.port, {
    path: '/web',
    headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'x' },
  });

  expect(answer).toMatchObject({ status: 200, body: 'http /web' });
});

it('refuses unknown hosts, sleeping and closed previews, and its own paths', async () => {
  const { edge } = await start();

  expect(await askRaw(edge.port, handshake().replace(HOST, 'nobody.localhost'))).toMatch(/^HTTP\/1\.1 404 /);
  expect(await askRaw(edge.port, handshake('/_slipway/state'))).toMatch(/^HTTP\/1\.1 400 /);
  edge.route(HOST, { kind: 'wake' });
  expect(await askRaw(edge.port, handshake())).toMatch(/^HTTP\/1\.1 503 .*\r\nRetry-After: 5/);
  edge.route(HOST, { kind: 'page', page: 'closed', facts: {} });
  expect(await askRaw(edge.port, handshake())).toMatch(/^HTTP\/1\.1 503 /);
});

it('waits out a swap and a restart', async () => {
  const { edge, upstream, websockets } = await start();
  websockets.on('connection', (socket) => socket.send('here'));
  edge.route(HOST, { kind: 'hold' });
  const held = dial(edge.port);
  await pause(100);
  edge.route(HOST, serveAt(1));
  await pause(200);
  edge.route(HOST, upstream.route);

  expect(String((await once(held, 'message'))[0])).toBe('here');
  held.terminate();
});

it('is told to come again when a swap takes too long', async () => {
  const { edge } = await start({ limits: { holdMs: 150 } });
  edge.route(HOST, { kind: 'hold' });

  expect(await askRaw(edge.port, handshake())).toMatch(/^HTTP\/1\.1 503 .*\r\nRetry-After: 5/);
});

it('opens while the database takes no writes, and outlives both the beginning and the end of that time', async () => {
  const { edge, upstream, websockets } = await start();
  websockets.on('connection', (socket) => socket.on('message', (text) => socket.send(`heard ${text}`)));
  const before = dial(edge.port);
  await once(before, 'open');
  if (upstream.route.kind !== 'serve') throw new Error('no address');
  const times = { since: new Date().toISOString(), until: new Date(Date.now() + 60_000).toISOString() };

  edge.route(HOST, { kind: 'read-only', upstream: upstream.route.upstream, ...times });
  const meanwhile = dial(edge.port);
  await once(meanwhile, 'open');
  edge.route(HOST, upstream.route);

  for (const socket of [before, meanwhile]) {
    socket.send('me');
    expect(String((await once(socket, 'message'))[0])).toBe('heard me');
    socket.terminate();
  }
});

it('says 502 when the upstream stays away', async () => {
  const { edge } = await start({ limits: { holdMs: 200 } });
  edge.route(HOST, serveAt(1));

  expect(await askRaw(edge.port, handshake())).toMatch(/^HTTP\/1\.1 502 /);
});

it('closes both sides when either is cut, and when only half is left for too long', async () => {
  const { edge } = await start({ limits: { halfOpenMs: 200 } });
  const raw = await rawUpstream((socket) => socket.once('data', () => socket.write(ACCEPT)));
  edge.route(HOST, serveAt(raw.port));
  const dialRaw = async (): Promise<Socket> => {
    const client = connect({ host: '127.0.0.1', port: edge.port, allowHalfOpen: true });
    client.on('error', () => {});
    client.write(handshake());
    await once(client, 'data');
    return client;
  };

  // This upstream never ends its side: that ours is closed shows when it writes.
  const gone = () =>
    until(() => {
      for (const socket of raw.sockets) socket.write('anybody?');
      return raw.sockets.size === 0;
    });

  const cut = await dialRaw();
  cut.resetAndDestroy();
  await gone();

  const dropped = await dialRaw();
  for (const socket of raw.sockets) socket.resetAndDestroy();
  await once(dropped, 'end');
  dropped.destroy();

  const half = await dialRaw();
  half.end();
  await once(half.resume(), 'close');
  await gone();
});
