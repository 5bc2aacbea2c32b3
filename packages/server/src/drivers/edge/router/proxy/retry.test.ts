import { afterEach, describe, expect, it } from 'vitest';
import { ask, HOST, openEdge, pause, startUpstream, type TestEdgeOptions } from '../testing/edge-kit.ts';

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

  it('repeats a GET that makes Odoo fall over twice at most', async () => {
    let asked = 0;
    const { edge } = await proxied((req) => {
      asked += 1;
      req.socket.destroy();
    });

    expect((await ask(edge.port)).status).toBe(502);
    expect(asked).toBe(3);
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
