import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
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

  it('cuts off a client that takes nothing of its answer for too long', async () => {
    const { edge, upstream } = await proxied((_req, res) => void res.end(Buffer.alloc(50_000_000)), {
      limits: { unreadMs: 200 },
    });
    const req = httpRequest({ host: '127.0.0.1', port: edge.port, headers: { host: HOST }, agent: false }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];

    await until(() => upstream.sockets.size === 0);
    await expect(res.toArray()).rejects.toThrow(/aborted/);
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
