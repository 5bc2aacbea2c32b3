import { expect, it, vi } from 'vitest';
import { addressIn, createClient } from './client.ts';
import { concerns } from './live.ts';
import { asProblem, type Problem } from './problem.ts';

const routes = {
  run: ['GET', '/api/v1/runs/:run'],
  previews: ['GET', '/api/v1/projects/:project/previews'],
  rebuildPreview: ['POST', '/api/v1/projects/:project/previews/:number/rebuild'],
  status: ['GET', '/api/v1/status'],
} as const;

const clientOf = (answer: () => Promise<Response>) => {
  const told = { onUnauthorized: vi.fn(), onAnswered: vi.fn() };
  const fetch = vi.fn((_path: string, _init?: RequestInit) => answer());
  return { client: createClient({ routes, fetch: fetch as unknown as typeof globalThis.fetch, ...told }), fetch, ...told };
};
const json = (status: number, body: unknown) => async () => Response.json(body, { status });
const problem = (call: Promise<unknown>): Promise<Problem> =>
  call.then(() => Promise.reject(new Error('it answered')), asProblem);

it('fills parameters in so that none of them can be a path', () => {
  expect(addressIn(routes, 'run', { parameters: { run: '../../tokens?x=1#' } })).toBe('/api/v1/runs/..%2F..%2Ftokens%3Fx%3D1%23');
  expect(addressIn(routes, 'previews', { parameters: { project: 'a/b' }, query: { all: 'true', none: undefined } })).toBe(
    '/api/v1/projects/a%2Fb/previews?all=true',
  );
  expect(() => addressIn(routes, 'run', { parameters: {} })).toThrow('needs run');
});

it('sends a body as JSON by the method of the row', async () => {
  const { client, fetch } = clientOf(json(200, { run: 'r', preview: {} }));
  await client.call('rebuildPreview', { parameters: { project: 'shop', number: 7 }, body: { fresh: true } });
  expect(fetch).toHaveBeenCalledWith(
    '/api/v1/projects/shop/previews/7/rebuild',
    expect.objectContaining({ method: 'POST', body: '{"fresh":true}', credentials: 'same-origin' }),
  );
});

it('throws the sentence and the hint of the server', async () => {
  const { client } = clientOf(json(409, { code: 'run-busy', title: 'It runs.', hint: 'Wait.', facts: { run: 'r' } }));
  expect(await problem(client.call('status'))).toMatchObject({
    ...{ status: 409, code: 'run-busy', message: 'It runs.', hint: 'Wait.', facts: { run: 'r' } },
  });
});

it('knows what to say when the answer is none of ours', async () => {
  const { client, onAnswered } = clientOf(async () => new Response('<html>Bad gateway', { status: 502 }));
  expect(await problem(client.call('status'))).toMatchObject({ code: 'http-502' });
  expect(onAnswered).toHaveBeenLastCalledWith(false);
});

it('tells a server that is away from one that refuses', async () => {
  const away = clientOf(() => Promise.reject(new TypeError('fetch failed')));
  expect(await problem(away.client.call('status'))).toMatchObject({ code: 'offline', status: 0 });
  expect(away.onAnswered).toHaveBeenCalledWith(false);

  const refused = clientOf(json(401, { code: 'unauthorized', title: 'Who are you?' }));
  expect(await problem(refused.client.call('status'))).toMatchObject({ status: 401 });
  expect(refused.onUnauthorized).toHaveBeenCalledOnce();
  expect(refused.onAnswered).toHaveBeenCalledWith(true);
});

it('asks again only for what a change concerns', () => {
  const change = { kind: 'run', project: 'shop', environment: 'shop/pr-1', id: 'run-1' };
  expect(concerns(change, { project: 'shop' })).toBe(true);
  expect(concerns(change, {})).toBe(true);
  expect(concerns(change, { project: 'other' })).toBe(false);
  expect(concerns(change, { environment: 'shop/pr-2' })).toBe(false);
  expect(concerns(change, { run: 'run-1' })).toBe(true);
  expect(concerns(change, { run: 'run-2' })).toBe(false);
  expect(concerns({ kind: 'project' }, { project: 'shop' })).toBe(true);
});
