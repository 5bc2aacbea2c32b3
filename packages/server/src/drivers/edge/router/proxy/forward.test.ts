import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, HOST, openEdge, startUpstream, type TestEdgeOptions, until } from '../testing/edge-kit.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

type Listener = Parameters<typeof startUpstream>[0];
const proxied = async (answer: Listener, options: TestEdgeOptions = {}) => {
  const upstream = await startUpstream(answer);
  open.push(upstream);
  const edge = await openEdge(options);
  open.push(edge);
  edge.route(HOST, upstream.route);
  return { upstream, edge };
};

describe('what passes through', () => {
  it('passes method, path, query, body, status, message and repeated headers', async () => {
    let seen = '';
    const { edge } = await proxied(async (req, res) => {
      seen = `${req.method} ${req.url} ${(await req.toArray()).join('')}`;
      res.writeHead(201, 'Made', ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Type', 'text/plain']).end('done');
    });

    const answer = await ask(edge.port, { method: 'POST', path: '/web/dataset?x=%20y&z', body: 'name=1' });

    expect(seen).toBe('POST /web/dataset?x=%20y&z name=1');
    expect(answer).toMatchObject({ status: 201, body: 'done', headers: { 'set-cookie': ['a=1', 'b=2'] } });
  });

  it('tells Odoo the real client, host, scheme and port, and believes nothing that the client says about them', async () => {
    let seen: IncomingHttpHeaders = {};
    const { edge } = await proxied((req, res) => {
      seen = req.headers;
      res.end();
    });

    await ask(edge.port, {
      headers: {
        host: `${HOST}:8080`,
        'X-Forwarded-For': '6.6.6.6',
        'X-Forwarded-Host': 'evil.example',
        'X-Forwarded-Proto': 'https',
        X_Forwarded_Host: 'evil.example',
        'X-Forwarded-Prefix': '/evil',
        Forwarded: 'for=6.6.6.6',
        'X-Real-IP': '6.6.6.6',
        'X-Request-Id': 'chosen',
        'Proxy-Connection': 'keep-alive',
        Connection: 'keep-alive, X-Secret-Hop',
        'X-Secret-Hop': '1',
        Cookie: 'session_id=1',
      },
    });

    expect(seen).toMatchObject({
      host: `${HOST}:8080`,
      cookie: 'session_id=1',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': `${HOST}:8080`,
      'x-forwarded-proto': 'http',
      'x-forwarded-port': '8080',
    });
    expect(seen['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    const gone = [
      'x_forwarded_host',
      'x-forwarded-prefix',
      'forwarded',
      'x-real-ip',
      'proxy-connection',
      'x-secret-hop',
    ];
    expect(Object.keys(seen).filter((name) => gone.includes(name))).toEqual([]);
  });

  it('believes a trusted proxy about scheme and client', async () => {
    let seen: IncomingHttpHeaders = {};
    const answer: Listener = (req, res) => {
      seen = req.headers;
      res.end();
    };
    const { edge } = await proxied(answer, { trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] });

    const headers = {
      'X-Forwarded-For': '6.6.6.6, 203.0.113.9, 10.0.0.3',
      'X-Forwarded-Proto': 'https',
      'X-Request-Id': 'abc-1',
    };
    const { headers: returned } = await ask(edge.port, { headers });

    expect(seen).toMatchObject({
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
    });
    expect(seen['x-request-id']).toBe('abc-1');
    expect(returned['x-request-id']).toBe('abc-1');
  });

  it('answers HEAD, 204 and 304 without a body and keeps the connection in step', async () => {
    const { edge } = await proxied((req, res) => {
      if (req.method === 'HEAD') res.writeHead(200, { 'content-length': 5 }).end();
      else res.writeHead(req.url === '/304' ? 304 : 204).end();
    });

    expect(await ask(edge.port, { method: 'HEAD' })).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '5' },
    });
    expect(await ask(edge.port, { path: '/204' })).toMatchObject({ status: 204, body: '' });
    expect(await ask(edge.port, { path: '/304' })).toMatchObject({ status: 304, body: '' });
  });

  it('tells a client that expects 100-continue to go on once there is an upstream', async () => {
    const { edge } = await proxied(async (req, res) => {
      expect(req.headers.expect).toBeUndefined();
      res.end((await req.toArray()).join(''));
    });

    const headers = { host: HOST, expect: '100-continue', 'content-length': 4 };
    const req = httpRequest({ host: '127.0.0.1', port: edge.port, method: 'POST', headers, agent: false });
    req.flushHeaders();
    await once(req, 'continue');
    req.end('body');

    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect((await res.toArray()).join('')).toBe('body');
  });

  it('logs one line per request without the query', async () => {
    const { edge, upstream } = await proxied((_req, res) => res.end('12345'));

    await ask(edge.port, { path: '/web?token=hidden' });
    await until(() => edge.logs.some(({ msg }) => msg === 'request'));

    const line = edge.logs.find(({ msg }) => msg === 'request');
    expect(line).toMatchObject({ host: HOST, method: 'GET', path: '/web', status: 200, bytes: 5 });
    expect(line?.upstream).toBe(`127.0.0.1:${upstream.port}`);
    expect(JSON.stringify(edge.logs)).not.toContain('hidden');
  });
});
