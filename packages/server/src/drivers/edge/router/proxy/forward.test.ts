import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, HOST, openEdge, pause, startUpstream, type TestEdgeOptions, until } from '../testing/edge-kit.ts';

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

describe('streaming', () => {
  it('hands each piece on as it comes, both ways at once', async () => {
    const { edge } = await proxied((req, res) => {
      req.on('data', (piece) => res.write(`got ${piece}`));
      req.on('end', () => res.end());
    });
    const req = httpRequest({
      host: '127.0.0.1',
      port: edge.port,
      method: 'POST',
      headers: { host: HOST },
      agent: false,
    });

    req.write('one');
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect(String((await once(res, 'data'))[0])).toBe('got one');
    req.write('two');
    expect(String((await once(res, 'data'))[0])).toBe('got two');
    req.end();

    await once(res.resume(), 'end');
  });

  it('carries 160 MB up and 160 MB down with flat memory', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    const pieces = 2_560;
    let received = 0;
    const { edge } = await proxied(async (req, res) => {
      for await (const part of req) received += (part as Buffer).length;
      for (let i = 0; i < pieces; i += 1) if (!res.write(piece)) await once(res, 'drain');
      res.end();
    });
    const headers = { host: HOST, 'content-length': pieces * piece.length };
    const req = httpRequest({ host: '127.0.0.1', port: edge.port, method: 'POST', headers, agent: false });
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 10);

    for (let i = 0; i < pieces; i += 1) if (!req.write(piece)) await once(req, 'drain');
    req.end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    let sent = 0;
    // A slow reader: what it does not take must wait at the upstream, not here.
    for await (const part of res) {
      sent += (part as Buffer).length;
      if (sent % (16 * 1024 * 1024) < 65_536) await pause(5);
    }
    clearInterval(watch);

    expect([received, sent]).toEqual([pieces * piece.length, pieces * piece.length]);
    // Client and upstream live in this process too.
    expect(most - before).toBeLessThan(100 * 1024 * 1024);
  }, 60_000);

  it('lets a reader that does not read hold up the upstream', async () => {
    let written = 0;
    const { edge, upstream } = await proxied((_req, res) => {
      const more = (): void => {
        while (!res.destroyed && written < 200_000_000) {
          written += 65_536;
          if (!res.write(Buffer.alloc(65_536))) {
            res.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    const req = httpRequest({ host: '127.0.0.1', port: edge.port, headers: { host: HOST }, agent: false }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    await pause(500);

    expect(written).toBeLessThan(50_000_000);
    res.destroy();
    await until(() => upstream.sockets.size === 0);
  });

  it('ends the upstream request when the client leaves', async () => {
    let left = false;
    const { edge } = await proxied((_req, res) => {
      res.write('begun');
      res.once('close', () => {
        left = true;
      });
    });
    const req = httpRequest({ host: '127.0.0.1', port: edge.port, headers: { host: HOST }, agent: false }).end();
    await once(req, 'response');

    req.destroy();

    await until(() => left);
  });

  it('cuts the connection when the upstream breaks off, so that half an answer never looks whole', async () => {
    const { edge } = await proxied((_req, res) => {
      res.write('half');
      setTimeout(() => res.destroy(), 20);
    });

    await expect(ask(edge.port)).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  });

  it('hands on an answer that comes before the whole upload was read', async () => {
    const { edge } = await proxied((_req, res) => {
      res.writeHead(413, { connection: 'close' }).end('too large');
    });
    const headers = { host: HOST, 'content-length': 50_000_000 };
    const req = httpRequest({ host: '127.0.0.1', port: edge.port, method: 'POST', headers, agent: false });
    req.on('error', () => {});
    req.write(Buffer.alloc(100_000));

    const [res] = (await once(req, 'response')) as [IncomingMessage];

    expect(res.statusCode).toBe(413);
    expect((await res.toArray()).join('')).toBe('too large');
    req.destroy();
  });

  it('gives up a body of which nothing comes any more', async () => {
    const { edge } = await proxied((req) => void req.resume(), { limits: { bodyStallMs: 200 } });
    const headers = { host: HOST, 'content-length': 10 };
    const req = httpRequest({ host: '127.0.0.1', port: edge.port, method: 'POST', headers, agent: false });
    req.write('12345');

    await expect(once(req, 'response')).rejects.toThrow();
  });
});

describe('an upstream in trouble', () => {
  it('waits out a restart without a 502, also for a POST that was not sent yet', async () => {
    const { edge, upstream } = await proxied((_req, res) => res.end('old'));
    expect((await ask(edge.port)).body).toBe('old');
    await upstream.close();
    open.splice(open.indexOf(upstream), 1);

    const asked = Promise.all([ask(edge.port), ask(edge.port, { method: 'POST', body: 'kept' })]);
    await pause(600);
    const again = await startUpstream(async (req, res) => {
      res.end(`new ${(await req.toArray()).join('')}`);
    }, upstream.port);
    open.push(again);

    expect((await asked).map(({ status, body }) => [status, body])).toEqual([
      [200, 'new '],
      [200, 'new kept'],
    ]);
  });

  it('follows the route to another upstream while the first one refuses', async () => {
    const { edge, upstream } = await proxied((_req, res) => res.end('old'));
    await upstream.close();
    open.splice(open.indexOf(upstream), 1);
    const other = await startUpstream((_req, res) => res.end('other'));
    open.push(other);

    const asked = ask(edge.port);
    await pause(200);
    edge.route(HOST, other.route);

    expect(await asked).toMatchObject({ status: 200, body: 'other' });
  });

  it('says 502 in the end, as a page for people and as a problem document for programs', async () => {
    const { edge, upstream } = await proxied((_req, res) => res.end(), { limits: { retryMs: 300 } });
    await upstream.close();
    open.splice(open.indexOf(upstream), 1);

    const page = await ask(edge.port, { headers: { accept: 'text/html' } });
    const problem = await ask(edge.port, { headers: { accept: 'application/json' } });

    expect(page.status).toBe(502);
    expect(page.body).toContain('Odoo does not answer');
    expect(problem.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(problem.body)).toMatchObject({ status: 502, page: 'bad-gateway' });
  });

  it('repeats a GET whose connection was cut, but never a POST that may have been done', async () => {
    const asked: string[] = [];
    const { edge } = await proxied((req, res) => {
      asked.push(req.method ?? '');
      if (asked.filter((method) => method === req.method).length === 1) req.socket.destroy();
      else res.end('second time');
    });

    expect(await ask(edge.port)).toMatchObject({ status: 200, body: 'second time' });
    expect(await ask(edge.port, { method: 'POST', body: 'pay' })).toMatchObject({ status: 502 });
    expect(asked).toEqual(['GET', 'GET', 'POST']);
  });
});
