import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiClient } from './client.ts';

type Reply = (request: IncomingMessage, response: ServerResponse) => void;
interface Asked {
  readonly path: string;
  readonly key: string | undefined;
}

let stop: () => void = () => undefined;
afterEach(() => stop());

/** Answers the first request by the first reply and so on; the last one answers all that follow. */
const client = async (...replies: readonly Reply[]): Promise<{ api: ApiClient; asked: Asked[] }> => {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', key: request.headers['idempotency-key']?.toString() });
    request.resume();
    (replies[asked.length - 1] ?? replies.at(-1))?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stop = () => void server.close().closeAllConnections();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { api: new ApiClient({ url, token: null }, new AbortController().signal), asked };
};
const cut: Reply = (request) => request.socket.destroy();
const json =
  (value: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): Reply =>
  (_, response) =>
    response.writeHead(status, headers).end(JSON.stringify(value));

describe('a call that changes something', () => {
  const prune = (api: ApiClient) => api.call('pruneBackups', { parameters: { project: 'shop' } });

  it('is sent again under the same key when the connection is cut, or the first is still being carried out', async () => {
    const busy = {
      code: 'idempotency-in-flight',
      title: 'busy',
      hint: '',
      facts: {},
      type: 'about:blank',
      status: 409,
    };
    const { api, asked } = await client(cut, json(busy, {}, 409), json({ run: 'run_1' }));

    expect(await prune(api)).toEqual({ run: 'run_1' });
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
    expect(asked[0]?.key).toMatch(/^[\w-]{36}$/);
  });

  it('has another key each time it is called', async () => {
    const { api, asked } = await client(json({ run: 'run_1' }));
    await prune(api);
    await prune(api);

    expect(new Set(asked.map(({ key }) => key)).size).toBe(2);
  });

  it('is not sent again where nothing listens: it was never begun', async () => {
    const { api } = await client(json({}));
    stop();
    const since = Date.now();

    await expect(prune(api)).rejects.toMatchObject({ code: 'server-unreachable' });
    expect(Date.now() - since).toBeLessThan(2000);
  });
});

it('a call that only reads has no key and is not sent again', async () => {
  const { api, asked } = await client(cut);

  await expect(api.call('health', { parameters: {} })).rejects.toMatchObject({ code: 'server-unreachable' });
  expect(asked).toEqual([{ path: '/api/v1/health', key: undefined }]);
});

describe('a list', () => {
  const row = (id: number) => ({
    ...{ id, who: 'a', name: null, what: 'b', target: 'c', at: '', from: '', result: 'ok' },
    details: {},
  });
  const next = (path: string) => ({ link: `<${path}>; rel="next"` });

  it('is read page by page, as far as is wished', async () => {
    const pages = [
      json([row(1), row(2)], next('/api/v1/audit?cursor=x')),
      json([row(3), row(4)], next('/api/v1/audit?cursor=y')),
    ];
    const all = await client(...pages, json([row(5)]));
    expect((await all.api.list('audit', { parameters: {} })).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
    expect(all.asked.map(({ path }) => path)).toEqual([
      '/api/v1/audit',
      '/api/v1/audit?cursor=x',
      '/api/v1/audit?cursor=y',
    ]);
    stop();

    const three = await client(...pages);
    expect((await three.api.list('audit', { parameters: {} }, 3)).map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(three.asked[0]?.path).toBe('/api/v1/audit?limit=3');
  });

  it('is not followed to another server', async () => {
    for (const elsewhere of ['http://example.com/x', '//example.com/x']) {
      const { api, asked } = await client(json([row(1)], next(elsewhere)));
      expect(await api.list('audit', { parameters: {} })).toHaveLength(1);
      expect(asked).toHaveLength(1);
      stop();
    }
  });
});
