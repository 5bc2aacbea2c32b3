import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { HOST, openEdge, pause, startUpstream, until } from '../testing/edge-kit.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const slot = async (name: string) => {
  const upstream = await startUpstream(async (req, res) => {
    const body = (await req.toArray()).join('');
    if (req.url === '/slow') await pause(1_500);
    res.setHeader('x-slot', name);
    res.end(`${name} ${body}`);
  });
  const websockets = new WebSocketServer({ server: upstream.server });
  websockets.on('connection', (socket) => socket.on('message', (text) => socket.send(`${name}: ${text}`)));
  open.push(upstream);
  return upstream;
};

it('fails no request during 11 switches under load, keeps slow ones and websockets on the old slot, and then lets its connections go', async () => {
  const [blue, green] = [await slot('blue'), await slot('green')];
  const edge = await openEdge();
  open.push(edge);
  edge.route(HOST, blue.route);
  const agent = new Agent({ keepAlive: true, maxSockets: 24 });
  const ask = async (path: string, method = 'GET'): Promise<string> => {
    const req = request({ host: '127.0.0.1', port: edge.port, path, method, agent, headers: { host: HOST } });
    req.end(method === 'POST' ? 'data' : undefined);
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    const body = (await res.toArray()).join('');
    if (res.statusCode !== 200) throw new Error(`${res.statusCode} ${body}`);
    return body;
  };
  const failed: unknown[] = [];
  const answers = { blue: 0, green: 0 };
  let going = true;
  const load = Array.from({ length: 24 }, async (_, index) => {
    while (going) {
      await ask('/', index % 3 === 0 ? 'POST' : 'GET').then(
        (body) => {
          answers[body.startsWith('blue') ? 'blue' : 'green'] += 1;
        },
        (error) => failed.push(error),
      );
    }
  });
  const socket = new WebSocket(`ws://127.0.0.1:${edge.port}/websocket`, { headers: { host: HOST } });
  await once(socket, 'open');
  const slow = ask('/slow');
  await pause(100);

  for (let i = 0; i < 11; i += 1) {
    edge.route(HOST, i % 2 === 0 ? green.route : blue.route);
    await pause(120);
  }
  going = false;
  await Promise.all(load);

  expect(failed).toEqual([]);
  expect(answers.blue).toBeGreaterThan(100);
  expect(answers.green).toBeGreaterThan(100);
  expect(await slow).toBe('blue ');
  socket.send('still there?');
  expect(String((await once(socket, 'message'))[0])).toBe('blue: still there?');
  // Only the websocket is left on blue.
  await until(() => blue.sockets.size === 1);
  socket.close();
  await until(() => blue.sockets.size === 0);
  agent.destroy();
}, 30_000);

it('uses the new slot for the next request on the same connection', async () => {
  const [blue, green] = [await slot('blue'), await slot('green')];
  const edge = await openEdge();
  open.push(edge);
  edge.route(HOST, blue.route);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async (): Promise<unknown> => {
    const req = request({ host: '127.0.0.1', port: edge.port, agent, headers: { host: HOST } }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    await once(res.resume(), 'end');
    return res.headers['x-slot'];
  };

  expect(await ask()).toBe('blue');
  edge.route(HOST, green.route);
  expect(await ask()).toBe('green');
  agent.destroy();
});
