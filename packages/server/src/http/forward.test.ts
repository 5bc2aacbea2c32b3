import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { forwardTo } from './forward.ts';

const servers: Server[] = [];
const listen = async (server: Server): Promise<number> => {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

let behind: Server;
let port: number;
beforeEach(async () => {
  behind = createServer();
  port = await listen(createServer(forwardTo(await listen(behind))));
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const ask = async (
  options: { method?: string; path?: string; headers?: Record<string, string>; body?: string } = {},
) => {
  const { body, ...rest } = options;
  const asked = request({ host: '127.0.0.1', port, agent: false, ...rest });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { asked, answer };
};

it('hands on method, path, headers and body, and back the status, headers and body', async () => {
  behind.on('request', async (req, res) => {
    let body = '';
    for await (const part of req) body += part;
    res.writeHead(418, { 'set-cookie': ['a=1', 'b=2'], 'x-kept': 'yes' });
    res.end(JSON.stringify({ method: req.method, url: req.url, token: req.headers.authorization, body }));
  });
  const { answer } = await ask({
    method: 'PUT',
    path: '/a?b=%20c',
    headers: { authorization: 'Bearer t' },
    body: 'text',
  });
  expect(answer.statusCode).toBe(418);
  expect(answer.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-kept': 'yes' });
  let text = '';
  for await (const part of answer) text += part;
  expect(JSON.parse(text)).toEqual({ method: 'PUT', url: '/a?b=%20c', token: 'Bearer t', body: 'text' });
});

it('passes on each piece of an answer when it comes, so that a log can be followed', async () => {
  const { promise: more, resolve: go } = Promise.withResolvers<void>();
  behind.on('request', async (_, res) => {
    res.write('first');
    await more;
    res.end('second');
  });
  const { answer } = await ask();
  const pieces = answer[Symbol.asyncIterator]();
  expect(String((await pieces.next()).value)).toBe('first');
  go();
  expect(String((await pieces.next()).value)).toBe('second');
});

it('tells the server behind when the client has gone', async () => {
  const gone = new Promise((resolve) =>
    behind.on('request', (_, res) => res.write('first') && res.once('close', resolve)),
  );
  const { asked } = await ask();
  asked.on('error', () => undefined);
  asked.destroy();
  await gone;
});

it('ends the connection when the server behind ends its own or is not there', async () => {
  behind.on('request', (req) => void req.socket.destroy());
  await expect(ask()).rejects.toThrow(/socket hang up|ECONNRESET/);
  await new Promise((resolve) => behind.close(resolve));
  await expect(ask()).rejects.toThrow(/socket hang up|ECONNRESET/);
});

it('says where a request came from, whatever its sender says of that', async () => {
  behind.on('request', (req, res) => res.end(String(req.headers['x-slipway-from'])));

  const { answer } = await ask({ headers: { 'X-Slipway-From': '203.0.113.7' } });
  let text = '';
  for await (const part of answer) text += part;

  expect(text).toMatch(/^(::ffff:)?127\.0\.0\.1$/);
});
