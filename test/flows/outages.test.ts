import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '@slipway/contracts/failure';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { systemClock } from '../../packages/server/src/domain/clock.ts';
import { Secret } from '../../packages/server/src/domain/secret.ts';
import { executeRun } from '../../packages/server/src/flows/execute-run.ts';
import { requestPreview, requestRun } from '../../packages/server/src/flows/request-preview.ts';
import { internalRoutes } from '../../packages/server/src/http/internal.ts';
import { makeServer } from '../../packages/server/src/http/server.ts';
import { keepServing } from '../../packages/server/src/observe/keep-serving.ts';
import { reap } from '../../packages/server/src/observe/reap.ts';
import { claimRun } from '../../packages/server/src/store/claim-run.ts';
import { putRoute } from '../../packages/server/src/store/routes.ts';
import { readRun } from '../../packages/server/src/store/runs.ts';
import { previewComment } from '../../packages/server/src/views/preview-comment.ts';
import { previewViews } from '../../packages/server/src/views/preview-view.ts';
import { openRelay } from '../fakes/relay/relay.ts';
import { book, machine, preview, runStates } from './look.ts';
import { type ControlPlane, drain, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

const MANIFEST = 'addons/shop_order/__manifest__.py';
const SLOT = 'shop/pr-1/blue';

let shop: Shop;
let changed: string;
beforeAll(async () => {
  shop = await makeShop();
  const manifest = (await shop.repository.readFile(shop.main, MANIFEST)) ?? '';
  changed = await shop.push('feature', { [MANIFEST]: manifest.replace('19.0.1.0.0', '19.0.1.1.0') });
});
afterAll(() => shop.remove());

let site: Site;
let plane: ControlPlane;
beforeEach(async () => {
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start();
});
afterEach(() => site.remove());

const ask = (ref: string, on: ControlPlane = plane): Promise<string> =>
  requestPreview(on.slipway, {
    project: 'shop',
    number: 1,
    ref,
    base: 'main',
    branch: 'feature',
    title: null,
    author: 'mona',
    fork: false,
    fresh: false,
    requestedBy: 'mona',
    headUpdatedAt: null,
  });

const open = async (ref: string): Promise<string> => {
  const run = await ask(ref);
  await plane.drain();
  return run;
};

const route = async () => (await book(plane, site)).routes[0]?.route;
const lateReap = async () => {
  site.clock.advance(3_600_000);
  return reap(plane.slipway, plane.inventories);
};
const comment = async (): Promise<string> => {
  const [view] = await previewViews(
    plane.slipway.db,
    { project: 'shop', id: 'shop/pr-1', closed: true },
    async () => null,
  );
  if (view === undefined) throw new Error('there is no preview 1');
  return previewComment(view, { runLog: 'the log' });
};

describe('A live preview', () => {
  const container = () => {
    const found = site.world.containers.get(SLOT);
    if (found === undefined) throw new Error(`there is no container ${SLOT}`);
    return found;
  };
  const move = (): string => {
    const host = `10.255.0.${site.world.nextNumber()}`;
    site.world.containers.set(SLOT, { ...container(), host });
    return host;
  };

  test('keeps its URL when its container comes back at another address', async () => {
    await open(shop.main);
    move();
    expect(await route()).toBe('→ a container that is gone');
    await keepServing(plane.slipway, new Set());
    expect(await route()).toBe(`→ ${SLOT}`);
    expect(await runStates(plane)).toEqual(['open-preview succeeded']);
  });

  test('whose container died goes to sleep at the second look, says why, and is there again for the next request', async () => {
    await open(shop.main);
    container().running = false;
    const missing = await keepServing(plane.slipway, new Set());
    expect([...missing]).toEqual(['shop/pr-1']);
    expect(await runStates(plane)).toHaveLength(1);
    await keepServing(plane.slipway, missing);
    await plane.drain();
    expect(await route()).toEqual({ kind: 'wake' });
    expect(await preview(plane)).toMatchObject({ state: 'sleeping', reason: expect.stringContaining('exit code 0') });
    expect(await comment()).toContain('Its container ended with exit code 0');
    await requestRun(plane.slipway, { environment: 'shop/pr-1', kind: 'wake-preview', requestedBy: 'edge' });
    await plane.drain();
    expect(await route()).toBe(`→ ${SLOT}`);
    expect(await preview(plane)).toMatchObject({ state: 'live', reason: null });
  });

  test('whose container was removed by hand is made again by the next request', async () => {
    await open(shop.main);
    site.world.containers.delete(SLOT);
    await keepServing(plane.slipway, await keepServing(plane.slipway, new Set()));
    await plane.drain();
    await requestRun(plane.slipway, { environment: 'shop/pr-1', kind: 'wake-preview', requestedBy: 'edge' });
    await plane.drain();
    expect(await route()).toBe(`→ ${SLOT}`);
  });

  test('is left alone when its container was back at the second look', async () => {
    await open(shop.main);
    container().running = false;
    const missing = await keepServing(plane.slipway, new Set());
    container().running = true;
    expect([...(await keepServing(plane.slipway, missing))]).toEqual([]);
    expect(await runStates(plane)).toEqual(['open-preview succeeded']);
  });

  test('is not sent back to its old container while a run changes places', async () => {
    await open(shop.main);
    const seen: unknown[] = [];
    site.world.fault = async ({ method, when }) => {
      if (method !== 'workload.remove' || when !== 'before' || seen.length > 0) return;
      seen.push(null);
      // Both slots run, the route names the new one, and the store does not know it yet.
      await keepServing(plane.slipway, new Set(['shop/pr-1']));
      seen.push(await route());
    };
    await open(await shop.push('text', { 'addons/shop_order/controllers/hello.py': '# nothing\n' }));
    expect(seen.at(-1)).toBe('→ shop/pr-1/green');
    expect(await route()).toBe('→ shop/pr-1/green');
  });

  test('that was changed meanwhile keeps what somebody else wrote', async () => {
    await open(shop.main);
    move();
    const { host } = await preview(plane);
    const { state } = plane.slipway.ports.workload;
    const workload = {
      ...plane.slipway.ports.workload,
      state: async (name: Parameters<typeof state>[0]) => {
        const answer = await state(name);
        await putRoute(plane.slipway.db, { host, environment: 'shop/pr-1', route: { kind: 'hold' } });
        return answer;
      },
    };
    await keepServing({ ...plane.slipway, ports: { ...plane.slipway.ports, workload } }, new Set());
    expect(await route()).toEqual({ kind: 'hold' });
  });
});

test('Who asks for a preview that is just falling asleep has it woken right afterwards', async () => {
  await open(shop.main);
  const { logger } = plane.slipway;
  const app = makeServer({
    token: new Secret('t'),
    tokenFile: 'token',
    logger,
    newId: plane.slipway.newId,
    db: plane.slipway.db,
  });
  internalRoutes(app, plane.slipway);
  const { host } = await preview(plane);
  const wake = async (): Promise<unknown> =>
    (
      await app.inject({
        method: 'POST',
        url: '/internal/wake',
        headers: { authorization: 'Bearer t' },
        payload: { host, environment: 'shop/pr-1' },
      })
    ).json();
  expect(await wake()).toEqual({ waking: false });
  await requestRun(plane.slipway, { environment: 'shop/pr-1', kind: 'sleep-preview', requestedBy: 'slipway: unused' });
  expect(await wake()).toEqual({ waking: true });
  expect(await wake()).toEqual({ waking: false });
  await plane.drain();
  expect(await preview(plane)).toMatchObject({ state: 'live' });
  expect(await route()).toBe(`→ ${SLOT}`);
  await app.close();
});

describe('Docker that is away', () => {
  const away = (method: string, times: number): void => {
    for (let count = 0; count < times; count++)
      site.world.failNext(method, new Failure('docker-unreachable', { reason: 'connect ENOENT docker.sock' }));
  };

  test('for a moment is said in log and comment while the run waits, and forgotten afterwards', async () => {
    away('workload.boot', 2);
    const said: string[] = [];
    site.world.fault = async ({ method, when }) => {
      if (method === 'workload.boot' && when === 'before') {
        await pause(50);
        said.push(await comment());
      }
    };
    const run = await open(shop.main);
    expect(said[1]).toContain('It waits: **Docker Engine does not answer');
    expect(await preview(plane)).toMatchObject({ state: 'live', reason: null });
    const { rows } = await plane.slipway.db.query(
      `select line from ops.log_lines where run = $1 and line like '%Tried again in%' order by sequence`,
      [run],
    );
    expect(rows[0].line).toMatch(/Docker Engine does not answer: .* Tried again in 0.5 s/);
  });

  test('for longer than the retry window fails the run by its name, and leaves nothing once it is back', async () => {
    away('workload.boot', 45);
    away('workload.remove', 10);
    const begun = site.clock.now().getTime();
    const run = await open(changed);
    const waited = (site.clock.now().getTime() - begun) / 60_000;
    expect(waited).toBeGreaterThan(9);
    expect(waited).toBeLessThan(12);
    expect(await readRun(plane.slipway.db, run)).toMatchObject({
      state: 'failed',
      failure: { code: 'docker-unreachable' },
    });
    expect(await preview(plane)).toMatchObject({ state: 'failed', reason: null });
    expect(await comment()).toContain('failed at step `boot-blue`: **Docker Engine does not answer');
    // What needed no Docker was put right although the steps before it could not be.
    expect(machine(site).databases.filter(({ name }) => name.startsWith('odoo_pr'))).toEqual([]);
    await lateReap();
    const left = machine(site);
    expect([left.containers, left.jobs]).toEqual([[], []]);
    expect(left.folders.filter(({ name }) => name.includes('pr-1'))).toEqual([]);
    expect(left.roles.filter(({ owner }) => owner.includes('pr-1'))).toEqual([]);
    await open(changed);
    expect(await preview(plane)).toMatchObject({ state: 'live', liveSha: changed });
  });

  test('does not keep a preview from getting its former version back, however long it takes', async () => {
    await open(shop.main);
    site.world.mood = (job) => (job === 'boot' && site.world.databases.has('odoo_pr_1_prev') ? 'boot-fails' : 'clean');
    site.world.fault = async ({ method, when }) => {
      // From the first step of the clean-up on, for about half an hour.
      if (method !== 'workload.boot' || when !== 'after') return;
      site.world.fault = async () => undefined;
      away('workload.remove', 120);
    };
    await open(changed);
    expect(await preview(plane)).toMatchObject({
      state: 'live',
      liveSha: shop.main,
      failure: { code: 'odoo-boot-failed' },
    });
    expect(await route()).toBe(`→ ${SLOT}`);
    expect(machine(site).databases.filter(({ name }) => name.startsWith('odoo_pr'))).toMatchObject([
      { name: 'odoo_pr_1' },
    ]);
  });
});

describe('PostgreSQL that is away', () => {
  const freePort = (): Promise<number> =>
    new Promise((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const { port } = probe.address() as { port: number };
        probe.close(() => resolve(port));
      });
    });

  test('in the middle of a step neither fails the run nor has the step taken twice', async () => {
    const real = new URL(site.url);
    const port = await freePort();
    const relay = await openRelay(port, { host: real.hostname, port: Number(real.port) });
    const through = new URL(site.url);
    through.host = `127.0.0.1:${port}`;
    const other = await site.start({ url: through.toString() });
    try {
      const run = await ask(shop.main, other);
      let cut = false;
      site.world.fault = async ({ method, when }) => {
        if (cut || method !== 'databases.clone' || when !== 'after') return;
        cut = true;
        await relay.cut();
        setTimeout(() => void relay.mend(), 1500);
      };
      await drain({ ...other.slipway, clock: systemClock });
      expect(cut).toBe(true);
      expect(await readRun(plane.slipway.db, run)).toMatchObject({ state: 'succeeded', attempts: 1 });
      expect(site.world.effects.get('databases.clone')).toBe(1);
      expect(await preview(plane)).toMatchObject({ state: 'live' });
    } finally {
      await relay.close();
    }
  });
});

test('A run whose evidence cannot be opened gives its lease up instead of holding it for ever', async () => {
  await ask(shop.main);
  const { evidenceFolder } = plane.slipway;
  await rm(evidenceFolder, { recursive: true, force: true });
  await writeFile(evidenceFolder, 'in the way');
  const claim = { owner: plane.slipway.owner, leaseSeconds: 2, limits: { builds: 1 } };
  const run = await claimRun(plane.slipway.db, claim);
  if (run === null) throw new Error('nothing to claim');
  await expect(executeRun(plane.slipway, run, new AbortController().signal)).rejects.toThrow(/EEXIST|ENOTDIR/);
  await rm(evidenceFolder);
  await pause(2500);
  expect(await claimRun(plane.slipway.db, claim)).toMatchObject({ id: run.id, fence: run.fence + 1 });
});

test('A full disk is known by its code wherever it is met, and is no defect', async () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const filestores = { ...plane.slipway.ports.filestores, clone: () => Promise.reject(error) };
  const slipway = { ...plane.slipway, ports: { ...plane.slipway.ports, filestores } };
  await ask(shop.main);
  await drain(slipway);
  expect(await preview(plane)).toMatchObject({ failure: { code: 'disk-full', step: 'clone-filestore' } });
});

test.each([
  new Failure('disk-full', { reason: 'could not extend file "base/20416/18317": No space left on device' }),
  new Failure('step-timeout', { step: 'update-modules', seconds: 1020 }),
])('An update that the world ends, and not Odoo, ends its run, too: $code', async (failure) => {
  await open(shop.main);
  site.world.failNext('workload.runJob', failure);

  const run = await open(changed);

  expect(await readRun(plane.slipway.db, run)).toMatchObject({ state: 'failed', failure: { code: failure.code } });
  expect(await preview(plane)).toMatchObject({
    state: 'live',
    liveSha: shop.main,
    failure: { code: failure.code, step: 'update-modules' },
  });
});
