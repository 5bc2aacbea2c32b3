import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { previewRoutes } from '../../packages/server/src/http/previews.ts';
import { runRoutes } from '../../packages/server/src/http/runs.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await makeShop();
});
afterAll(() => shop.remove());

let site: Site;
let plane: ControlPlane;
let app: FastifyInstance;
beforeEach(async () => {
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start();
  app = makeServer({
    token: new Secret('token'),
    tokenFile: '/token',
    logger: plane.slipway.logger,
    newId,
    db: plane.slipway.db,
  });
  previewRoutes(app, plane.slipway);
  runRoutes(app, plane.slipway);
});
afterEach(async () => {
  await app.close();
  await site.remove();
});

type Method = 'GET' | 'POST' | 'DELETE';
const ask = async (method: Method, path: string, body?: object) => {
  const url = `/api/v1${path}`;
  const headers = { authorization: 'Bearer token' };
  const answer = await app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) });
  return { status: answer.statusCode, body: answer.json() };
};
const open = (number: number) => ask('POST', '/projects/shop/previews', { number, ref: 'main' });

describe('a name that there is none of', () => {
  test('is answered with those that there are', async () => {
    await open(3);
    await open(12);
    const { run } = (await open(7)).body;

    const about = async (path: string, method: Method = 'GET') => {
      const { status, body } = await ask(method, path);
      return `${status} ${body.code}: ${body.title}`;
    };
    expect(await about('/projects/shopp/previews')).toBe(
      '404 project-unknown: There is no project shopp; there are: shop.',
    );
    expect(await about('/projects/shopp/previews/3')).toContain('404 project-unknown');
    for (const [path, method] of [
      ['', 'GET'],
      ['', 'DELETE'],
      ['/logs', 'GET'],
      ['/rebuild', 'POST'],
      ['/approve', 'POST'],
      ['/sleep', 'POST'],
      ['/wake', 'POST'],
    ] as const)
      expect(await about(`/projects/shop/previews/4${path}`, method)).toBe(
        '404 preview-unknown: There is no preview 4 in project shop; open are: 3, 7, 12.',
      );
    expect(await about('/runs/run_x')).toContain(
      `404 run-unknown: There is no run run_x; the newest are: ${run}, run_`,
    );
    expect(await about('/builds/bld_x')).toBe('404 build-unknown: There is no build bld_x; the newest are: none.');
    expect(await about('/environments/shop%2Fpr-4')).toBe(
      '404 environment-unknown: There is no environment shop/pr-4; there are: shop/pr-12, shop/pr-3, shop/pr-7.',
    );
  });

  test('names no more than ten', async () => {
    for (let number = 1; number <= 11; number++) await open(number);

    expect((await ask('GET', '/projects/shop/previews/99')).body.title).toContain(
      'open are: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ….',
    );
  });

  test('is told apart from a path that the API does not have', async () => {
    const { status, body } = await ask('GET', '/runz?a=1');

    expect({ status, code: body.code }).toEqual({ status: 404, code: 'route-unknown' });
    expect(body.title).toBe('The API has no GET /api/v1/runz.');
  });
});

describe('a verb whose end is reached', () => {
  test('starts no run; while another run is open it does', async () => {
    await open(1);
    await plane.drain();
    const about = async (verb: string) => {
      const method = verb === 'close' ? 'DELETE' : 'POST';
      const { body } = await ask(method, `/projects/shop/previews/1${verb === 'close' ? '' : `/${verb}`}`);
      return `${body.run === null ? 'nothing' : 'a run'}, ${body.preview.state}`;
    };

    expect(await about('sleep')).toBe('a run, live');
    await plane.drain();
    expect(await about('sleep')).toBe('nothing, sleeping');
    // The run that wakes it has not begun.
    expect(await about('wake')).toBe('a run, sleeping');
    expect(await about('sleep')).toBe('a run, sleeping');
    await plane.drain();
    expect(await about('close')).toBe('a run, sleeping');
    await plane.drain();
    expect(await about('close')).toBe('nothing, closed');
  });
});

describe('cancelling', () => {
  test('a run that waits ends it, and once more says that it has ended', async () => {
    const { run } = (await open(1)).body;

    expect(await ask('POST', `/runs/${run}/cancel`)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect(await ask('POST', `/runs/${run}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'run-ended', title: `Run ${run} has ended already (cancelled): nothing is left to cancel.` },
    });
  });

  test('a run that has succeeded changes nothing, and says so', async () => {
    const { run } = (await open(1)).body;
    await plane.drain();

    expect(await ask('POST', `/runs/${run}/cancel`)).toMatchObject({ status: 409, body: { code: 'run-ended' } });
    expect((await ask('GET', `/runs/${run}`)).body.state).toBe('succeeded');
    expect((await ask('GET', '/projects/shop/previews/1')).body.state).toBe('live');
  });
});
