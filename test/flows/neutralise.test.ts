import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { newId } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { requestPreview, requestRun } from '../../packages/server/src/flows/request-preview.ts';
import { neutralisationRoutes } from '../../packages/server/src/http/neutralisation.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { bindStep } from '../../packages/server/src/steps/index.ts';
import { probeDatabase } from '../../packages/server/src/steps/probe-database.ts';
import { readRun } from '../../packages/server/src/store/runs.ts';
import { journalOf, preview } from './look.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

const MANIFEST = 'addons/shop_order/__manifest__.py';

let shop: Shop;
const commits = { first: '', version: '' };
beforeAll(async () => {
  shop = await makeShop();
  const manifest = (await shop.repository.readFile(shop.main, MANIFEST)) ?? '';
  commits.first = await shop.push('feature', { 'README.md': 'A feature\n' });
  commits.version = await shop.push('feature', { [MANIFEST]: manifest.replace('19.0.1.0.0', '19.0.1.1.0') });
});
afterAll(() => shop.remove());

let site: Site;
let plane: ControlPlane;
beforeEach(async () => {
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start();
});
afterEach(() => site.remove());

const open = async (ref: string, number = 1): Promise<string> => {
  const about = { base: 'main', branch: 'feature', title: null, author: 'mona', fork: false, fresh: false };
  const who = { requestedBy: 'mona', headUpdatedAt: null };
  const run = await requestPreview(plane.slipway, { project: 'shop', number, ref, ...about, ...who });
  await plane.drain();
  return run;
};
const verb = async (kind: 'sleep-preview' | 'wake-preview'): Promise<string> => {
  const run = await requestRun(plane.slipway, { environment: 'shop/pr-1', kind, requestedBy: 'mona' });
  await plane.drain();
  return run;
};
const database = (name = 'odoo_pr_1') => {
  const found = site.world.databases.get(name);
  if (found === undefined) throw new Error(`there is no database ${name}`);
  return found;
};

describe('a database that could reach the outside', () => {
  test('is neutralised when it is made, and again after modules were updated in it', async () => {
    await open(commits.first);
    expect(database().neutral).toBe(true);
    expect(site.world.effects.get('sql.write')).toBe(1);

    await open(commits.version);
    expect(database().neutral).toBe(true);
    expect(site.world.effects.get('sql.write')).toBe(2);
    expect((await preview(plane)).state).toBe('live');
  });

  test('may hold what its own Odoo queued, when it is opened with changed modules and later', async () => {
    await open(commits.version);
    expect(database().queued).toBe(true);
    expect((await preview(plane)).state).toBe('live');

    await verb('sleep-preview');
    await verb('wake-preview');
    expect((await preview(plane)).state).toBe('live');
  });

  test('does not wake, and a rebuild neutralises it', async () => {
    await open(commits.first);
    await verb('sleep-preview');
    database().neutral = false;

    const waking = await verb('wake-preview');

    expect(await journalOf(plane, waking)).toContain('validate-database failed');
    expect(await readRun(plane.slipway.db, waking)).toMatchObject({
      state: 'failed',
      failure: { code: 'not-neutralised', facts: { environment: 'shop/pr-1', failed: 'crons-off (ir_cron 1)' } },
    });
    expect([...site.world.containers.values()].some(({ running }) => running)).toBe(false);

    await open(commits.first);
    expect((await preview(plane)).state).toBe('live');
    expect(database().neutral).toBe(true);
  });

  test('with a module that has no code is not started, whoever made it so, and nothing is left of it', async () => {
    await open(commits.first);
    const template = [...site.world.databases].find(([name]) => name.includes('_tpl_'))?.[0] ?? '';
    database(template).modules.set('forgotten_module', 'installed');

    const run = await open(commits.first, 2);

    expect(await readRun(plane.slipway.db, run)).toMatchObject({
      state: 'failed',
      failure: { code: 'module-code-missing', facts: { modules: 'forgotten_module' } },
    });
    expect(site.world.databases.has('odoo_pr_2')).toBe(false);
  });
});

describe('whoever asks', () => {
  let app: FastifyInstance;
  beforeEach(() => {
    app = makeServer({
      token: new Secret('token'),
      tokenFile: '/token',
      logger: plane.slipway.logger,
      newId,
      db: plane.slipway.db,
    });
    neutralisationRoutes(app, plane.slipway);
  });
  afterEach(() => app.close());
  const ask = async (payload: object) => {
    const headers = { authorization: 'Bearer token' };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/neutralisation/check', headers, payload });
    return { status: answer.statusCode, body: answer.json() };
  };

  test('is told of each check that fails, with what it means', async () => {
    await open(commits.first);
    expect(await ask({ environment: 'shop/pr-1' })).toMatchObject({ status: 200, body: { ok: true, findings: [] } });

    database().neutral = false;
    const { body } = await ask({ environment: 'shop/pr-1', arrival: true });

    expect(body).toMatchObject({ subject: 'shop/pr-1', ok: false, arrival: true });
    expect(body.findings).toEqual([
      expect.objectContaining({ id: 'crons-off', severity: 'refuse', rows: 1, examples: ['ir_cron 1'] }),
    ]);
  });

  test('is told when there is no such environment or address', async () => {
    expect(await ask({ environment: 'shop/nothing' })).toMatchObject({
      status: 404,
      body: { code: 'environment-unknown' },
    });
    expect(await ask({ url: 'postgresql://u:p@db/x' })).toMatchObject({ body: { code: 'database-unreachable' } });
    expect(await ask({ url: 'postgresql://u@db/x', environment: 'shop/pr-1' })).toMatchObject({ status: 400 });
  });
});

describe('probes', () => {
  const probe = async () => {
    const kept: string[] = [];
    const owner = { environment: 'shop/pr-1', owner: 'shop/pr-1', database: 'odoo_pr_1', role: 'odoo_pr_1' };
    const { image } = await preview(plane);
    const step = probeDatabase.as('probe', {
      of: { ...owner, url: 'http://pr-1', parameters: {} },
      odoo: {
        ...{ ...owner, project: 'shop', stage: 'preview', series: '19.0', image: image ?? '', addonsPath: [] },
        ...{ memoryBytes: 2 ** 30, cpus: 1, workers: 0, variables: {}, secretNames: [] },
      },
      allow: [],
      seconds: 60,
    });
    const outcome = bindStep(step).run({
      ports: plane.slipway.ports,
      signal: new AbortController().signal,
      log: () => undefined,
      keep: async (path) => void kept.push(path),
      receipt: async () => undefined,
      now: () => 0,
      sleep: async () => undefined,
    });
    return { outcome, kept };
  };

  test('say how much was tried, keep what came of it, and throw the copy away', async () => {
    await open(commits.first);

    const { outcome, kept } = await probe();

    expect(await outcome).toMatchObject({ note: '0 left: 1 mail' });
    expect(kept).toEqual(['neutralisation/probes.json']);
    expect([...site.world.databases.keys()].filter((name) => name.endsWith('_probe'))).toEqual([]);
  });

  test('refuse a database whose mail gets out', async () => {
    await open(commits.first);
    database().neutral = false;

    const { outcome } = await probe();

    await expect(outcome).rejects.toMatchObject({ code: 'probe-left', facts: { left: /192\.0\.2\.1:587/ } });
    expect([...site.world.databases.keys()].filter((name) => name.endsWith('_probe'))).toEqual([]);
  });
});
