import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { boardRoutes } from '../../packages/server/src/http/board.ts';
import { openDashboard } from '../../packages/server/src/http/dashboard.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { seed } from '../web/seed.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

const PAGE = '<!doctype html><title>Slipway</title>';
const SCRIPT = 'console.log(1)';

let shop: Shop;
let site: Site;
let plane: ControlPlane;
let folder: string;
let app: ReturnType<typeof makeServer>;

const serverOn = (dist: string) => {
  const made = makeServer({
    ...{ token: new Secret('token'), tokenFile: '/token', logger: plane.slipway.logger, newId, db: plane.slipway.db },
    dashboard: openDashboard(dist),
  });
  boardRoutes(made, plane.slipway);
  return made;
};

beforeAll(async () => {
  shop = await makeShop();
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start();
  await seed(plane.slipway.db, { previews: 16, lines: 10 });
  folder = await mkdtemp(join(tmpdir(), 'slipway-dist-'));
  await writeFile(join(folder, 'index.html'), PAGE);
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'assets/index-abc.js'), SCRIPT);
  await writeFile(join(folder, 'assets/index-abc.js.gz'), gzipSync(SCRIPT));
  app = serverOn(folder);
});
afterAll(async () => {
  await app?.close();
  await site?.remove();
  await shop?.remove();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  app.inject({ method: 'GET', url, headers });
const authorization = 'Bearer token';

it('answers the page on every path that is no route, without asking for a token', async () => {
  for (const path of ['/', '/projects/shop', '/projects/shop/runs/x?y=1']) {
    const answer = await get(path, { accept: 'text/html' });
    expect([path, answer.statusCode, answer.body]).toEqual([path, 200, PAGE]);
    expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
    expect(answer.headers['content-security-policy']).not.toContain('unsafe');
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' });
  }
});

it.each([
  '/api/v1/projects',
  '/api/v1/nothing',
  '/api',
  '/internal/wake',
  '/webhooks/other',
  '//api/v1/projects',
  '/%61pi/v1/projects',
  '/api/v1/../v1/projects',
  '/api/v1/projects?x=.js',
])('gives nothing of the API at %s to whoever has no token', async (path) => {
  const answer = await get(path, { accept: 'text/html' });

  expect([401, 404, 200]).toContain(answer.statusCode);
  // A path that is only written like one of the API comes to the page, which tells nothing.
  expect(answer.statusCode === 200 ? answer.body : PAGE).toBe(PAGE);
  expect(answer.body).not.toContain('Hello-World');
});

it('asks for a token on what begins as the API does, known or not', async () => {
  for (const path of ['/api/v1/projects', '/api/v1/nothing', '/internal/x'])
    expect((await get(path, { accept: 'text/html' })).statusCode).toBe(401);
  expect((await app.inject({ method: 'POST', url: '/projects/shop' })).statusCode).toBe(401);
});

it('sends assets packed, for good, and not at all when they are known', async () => {
  const packed = await get('/assets/index-abc.js', { 'accept-encoding': 'gzip, br' });
  expect(packed.headers).toMatchObject({
    ...{ 'content-encoding': 'gzip', 'content-type': 'text/javascript; charset=utf-8', vary: 'accept-encoding' },
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect((await get('/assets/index-abc.js')).body).toBe(SCRIPT);

  const known = await get('/assets/index-abc.js', {
    'accept-encoding': 'gzip',
    'if-none-match': String(packed.headers['etag']),
  });
  expect([known.statusCode, known.body]).toEqual([304, '']);
  expect((await get('/assets/gone.js', { accept: '*/*' })).statusCode).toBe(404);
});

it('comes near no file that was not built', async () => {
  for (const path of [
    '/../package.json',
    '/%2e%2e/package.json',
    '/assets/..%2f..%2fetc/passwd',
    '/assets/index-abc.js.gz',
  ])
    expect(await get(path, { accept: 'text/html' }).then(({ body }) => body)).toMatch(/^(<!doctype|There is no such)/);
});

it('says how to build it where it was not built, and what stands around the API', async () => {
  const bare = serverOn(join(folder, 'nowhere'));
  expect((await bare.inject({ method: 'GET', url: '/', headers: { accept: 'text/html' } })).body).toContain(
    'scripts/setup.sh',
  );
  await bare.close();

  const data = await get('/api/v1/projects', { authorization });
  expect(data.headers['content-security-policy']).toMatch(/^default-src 'none'/);
  expect(data.headers['x-content-type-options']).toBe('nosniff');
});

it('lists projects, and tells a board from one statement', async () => {
  expect((await get('/api/v1/projects', { authorization })).json()).toEqual([
    expect.objectContaining({ name: 'shop', role: null, stages: { production: true, staging: true } }),
  ]);

  const board = (await get('/api/v1/projects/shop/board', { authorization })).json();
  const card = (name: string) => board.previews.find((one: { name: string }) => one.name === name);
  expect(board).toMatchObject({ project: 'shop', places: { max: 100 } });
  expect([board.production.length, board.staging.length, board.previews.length]).toEqual([1, 1, 16]);
  expect(board.production[0].commit).toMatchObject({ sha: 'a1'.repeat(20), author: 'Ada Lovelace' });
  expect(card('pr-1').run).toMatchObject({ state: 'running', step: 'update-modules', done: 3, steps: 7 });
  expect(card('pr-2').run).toMatchObject({ state: 'queued', position: 1, reason: expect.stringContaining('builder') });
  expect(card('pr-11')).toMatchObject({
    state: 'failed',
    tests: { run: 42, failed: 1 },
    failure: { code: 'module-update-failed', run: 'run-pr-11', kind: 'open-preview' },
    upkeep: [],
  });
  expect((await get('/api/v1/projects/none/board', { authorization })).statusCode).toBe(404);
});

it('tells the queue in the order of its turn, and the runs of one environment', async () => {
  const queue = (await get('/api/v1/projects/shop/queue', { authorization })).json();
  expect(queue.open.map(({ id, position }: { id: string; position: number | null }) => [id, position])).toEqual([
    ['run-now', null],
    ['run-wait-2', 1],
    ['run-wait-3', 2],
  ]);
  expect(queue.ended).toHaveLength(18);

  const runs = (await get('/api/v1/environments/shop%2Fpr-1/runs', { authorization })).json();
  expect(runs.map(({ id }: { id: string }) => id)).toEqual(['run-now', 'run-pr-1']);
  expect((await get('/api/v1/environments/shop%2Fnone/runs', { authorization })).statusCode).toBe(404);
});
