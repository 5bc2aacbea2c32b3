import { Failure } from '@slipway/contracts/failure';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { executeRun } from '../../packages/server/src/flows/execute-run.ts';
import {
  blockPreview,
  cancelRun,
  requestPreview,
  requestRun,
} from '../../packages/server/src/flows/request-preview.ts';
import { reap } from '../../packages/server/src/observe/reap.ts';
import { claimRun } from '../../packages/server/src/store/claim-run.ts';
import { projectByName } from '../../packages/server/src/store/projects.ts';
import { readRun } from '../../packages/server/src/store/runs.ts';
import { buildViews } from '../../packages/server/src/views/build-view.ts';
import { previewViews } from '../../packages/server/src/views/preview-view.ts';
import { book, evidenceOf, journalOf, machine, preview, runStates, verified } from './look.ts';
import { type ControlPlane, makeShop, makeSite, type Shop, type Site } from './make-slipway.ts';

const CONTROLLER = 'addons/shop_order/controllers/hello.py';
const MANIFEST = 'addons/shop_order/__manifest__.py';

let shop: Shop;
const commits = { plain: '', remark: '', version: '', text: '', tests: '', module: '', broken: '' };
beforeAll(async () => {
  shop = await makeShop();
  const read = async (path: string): Promise<string> => (await shop.repository.readFile(shop.main, path)) ?? '';
  const [controller, manifest] = [await read(CONTROLLER), await read(MANIFEST)];
  commits.plain = await shop.push('plain', { 'README.md': 'Hello\n' });
  commits.remark = await shop.push('plain', { [CONTROLLER]: `${controller}\n# a remark\n` });
  commits.version = await shop.push('plain', { [MANIFEST]: manifest.replace('19.0.1.0.0', '19.0.1.1.0') });
  const extra =
    '{"name": "Extra", "version": "19.0.1.0.0", "license": "LGPL-3", "depends": ["shop_order"], "installable": True}\n';
  commits.text = await shop.push('plain', { 'README.md': 'Hello again\n' });
  commits.tests = await shop.push('plain', { 'addons/shop_order/tests/test_more.py': '# tests\n' });
  commits.module = await shop.push('module', {
    'addons/shop_extra/__manifest__.py': extra,
    'addons/shop_extra/__init__.py': '',
  });
  commits.broken = await shop.push('broken', {
    'slipway.yaml': "version: 1\nname: shop\nodoo:\n  series: '19.0'\n  addon: [addons]\n",
  });
});
afterAll(() => shop.remove());

let site: Site;
let plane: ControlPlane;
beforeEach(async () => {
  site = await makeSite(inject('postgresUrl'), shop);
  plane = await site.start();
});
afterEach(() => site.remove());

const ask = (ref: string, more: { number?: number; fresh?: boolean } = {}): Promise<string> =>
  requestPreview(plane.slipway, {
    project: 'shop',
    number: more.number ?? 1,
    ref,
    base: 'main',
    branch: 'feature',
    title: null,
    author: 'mona',
    fork: false,
    fresh: more.fresh ?? false,
    requestedBy: 'mona',
    headUpdatedAt: null,
  });

const open = async (ref: string, more: { number?: number; fresh?: boolean } = {}): Promise<string> => {
  const run = await ask(ref, more);
  await plane.drain();
  return run;
};

const verb = async (kind: 'close-preview' | 'sleep-preview' | 'wake-preview', number = 1): Promise<string> => {
  const run = await requestRun(plane.slipway, { environment: `shop/pr-${number}`, kind, requestedBy: 'mona' });
  await plane.drain();
  return run;
};

/** As a push by someone without write access does it. */
const block = async (number: number): Promise<void> =>
  blockPreview(
    plane.slipway,
    await projectByName(plane.slipway.db, 'shop'),
    {
      number,
      title: 'A feature',
      branch: 'feature',
      base: 'main',
      sha: commits.version,
      author: 'mallory',
      fork: true,
      draft: false,
      labels: [],
      updatedAt: '2036-01-01T00:00:00Z',
    },
    'a maintainer has to approve it',
  );

const routes = async () => (await book(plane, site)).routes.map(({ route }) => route);
const lateReap = async () => {
  site.clock.advance(3_600_000);
  return reap(plane.slipway, plane.inventories);
};
const view = async (number: number) =>
  (
    await previewViews(plane.slipway.db, { project: 'shop', id: `shop/pr-${number}`, closed: true }, async () => null)
  )[0];

describe('A preview', () => {
  test('goes live with a verdict, its modules, timings and evidence that verifies', async () => {
    const run = await open(commits.version);
    const found = await preview(plane);
    expect(found).toMatchObject({
      state: 'live',
      liveSha: commits.version,
      liveSlot: 'blue',
      verdict: 'green',
      failure: null,
    });
    expect(found.modules).toContainEqual(expect.objectContaining({ name: 'shop_order', action: 'update' }));
    expect(await routes()).toEqual(['→ shop/pr-1/blue']);
    expect((await journalOf(plane, run)).every((line) => / (done|skipped)$/.test(line))).toBe(true);
    expect(Object.keys((await view(1))?.timings ?? {})).toEqual(
      expect.arrayContaining(['ensure-template', 'clone-database', 'await-blue', 'total']),
    );
    expect(await evidenceOf(plane, run)).toEqual(
      expect.arrayContaining(['build/plan.txt', 'build/template.log', 'build/run.json', 'manifest.json']),
    );
    expect(await verified(plane)).toMatchObject({
      ok: true,
    });
    expect(site.world.databases.get('odoo_pr_1')?.statements).toBeGreaterThan(5);
    expect(await lateReap()).toEqual([]);
  });

  test('changes places for a push that needs an update, and keeps one container and one database', async () => {
    await open(commits.plain);
    await open(commits.version);
    expect(await preview(plane)).toMatchObject({ state: 'live', liveSha: commits.version, liveSlot: 'green' });
    expect(await routes()).toEqual(['→ shop/pr-1/green']);
    expect(machine(site).containers).toHaveLength(1);
    expect(machine(site).databases.map(({ name }) => name)).toEqual(['odoo_pr_1', expect.stringContaining('tpl')]);
    expect(site.world.effects.get('workload.runJob update')).toBe(1);
  });

  test('restarts without touching its database when only Python without fields changed', async () => {
    await open(commits.plain);
    await open(commits.remark);
    expect(await preview(plane)).toMatchObject({ state: 'live', liveSha: commits.remark, liveSlot: 'green' });
    expect(site.world.effects.get('workload.runJob update')).toBeUndefined();
    expect(await routes()).toEqual(['→ shop/pr-1/green']);
  });

  test('sleeps and wakes as it was', async () => {
    await open(commits.plain);
    await verb('sleep-preview');
    expect(await preview(plane)).toMatchObject({ state: 'sleeping' });
    expect(await routes()).toEqual([{ kind: 'wake' }]);
    expect([...site.world.containers.values()].map(({ running }) => running)).toEqual([false]);
    await verb('wake-preview');
    expect(await preview(plane)).toMatchObject({ state: 'live', liveSha: commits.plain });
    expect(await routes()).toEqual(['→ shop/pr-1/blue']);
  });

  test('leaves nothing behind when it is closed but its evidence', async () => {
    await open(commits.plain);
    await verb('close-preview');
    expect(await preview(plane)).toMatchObject({ state: 'closed', liveSlot: null });
    const left = machine(site);
    expect([left.containers, left.jobs]).toEqual([[], []]);
    const owners = [
      ...left.databases.map(({ owner }) => owner),
      ...left.roles.map(({ owner }) => owner),
      ...left.folders.map(({ name }) => name),
    ];
    expect(owners.filter((owner) => !owner.startsWith('shop/template-'))).toEqual([]);
    const { rows } = await plane.slipway.db.query(
      `select environment from ops.secrets where environment not like 'shop/template-%'`,
    );
    expect(rows).toEqual([]);
    expect((await verified(plane)).ok).toBe(true);
    await open(commits.version);
    expect(await preview(plane)).toMatchObject({ state: 'live', liveSha: commits.version });
  });
});

describe('The queue', () => {
  test('holds the sixth preview until one of five closes', async () => {
    for (const number of [1, 2, 3, 4, 5, 6]) await open(commits.plain, { number });
    expect(await view(6)).toMatchObject({
      state: 'queued',
      position: 1,
      reason: expect.stringContaining('5 of 5 previews are live'),
    });
    await verb('close-preview', 2);
    expect(await view(6)).toMatchObject({ state: 'live', position: null });
  });

  test('holds the sixth preview until one of five sleeps', async () => {
    for (const number of [1, 2, 3, 4, 5, 6]) await open(commits.plain, { number });
    await verb('sleep-preview', 3);
    expect(await view(6)).toMatchObject({ state: 'live' });
  });

  test('does not count a sleeping preview that is blocked, which stays so and can still be woken', async () => {
    for (const number of [1, 2, 3, 4, 5, 6]) await open(commits.plain, { number });
    await verb('sleep-preview', 3);
    expect(await view(6)).toMatchObject({ state: 'live' });
    await block(3);
    await verb('close-preview', 6);
    await open(commits.plain, { number: 7 });
    expect(await view(7)).toMatchObject({ state: 'live' });
    await verb('close-preview', 7);
    await verb('wake-preview', 3);
    expect(await preview(plane, 3)).toMatchObject({ state: 'blocked', asleep: false });
    expect(machine(site).containers).toContainEqual(expect.objectContaining({ name: 'shop/pr-3/blue', running: true }));
    await verb('sleep-preview', 3);
    expect(await preview(plane, 3)).toMatchObject({ state: 'blocked', asleep: true });
  });

  test('keeps the container that served until it has answered what it was asked', async () => {
    await open(shop.main);
    const [old] = site.world.containers.values();
    const left = [2, 1];
    const seen: boolean[] = [];
    site.world.openRequests = (host) => {
      const runs = [...site.world.containers.values()].some((each) => each.host === host && each.running);
      seen.push(host === old?.host && runs);
      return left.shift() ?? 0;
    };
    const run = await open(commits.remark);
    expect(seen).toEqual([true, true, true]);
    expect(await journalOf(plane, run)).toEqual(
      expect.arrayContaining(['route-to-green done', 'drain-old-slot done', 'remove-old-slot done']),
    );
    expect([...site.world.containers.values()].map(({ slot }) => slot)).toEqual(['green']);
  });

  test('drops a waiting request for a newer one', async () => {
    await ask(commits.plain);
    await open(commits.version);
    expect(await runStates(plane)).toEqual(['open-preview superseded', 'open-preview succeeded']);
    expect(await preview(plane)).toMatchObject({ state: 'live', liveSha: commits.version });
  });

  test('stops a running request for a newer one, which then goes live', async () => {
    await ask(commits.plain);
    site.world.fault = atOnce('workload.runJob', () => ask(commits.version));
    await plane.drain();
    expect(await runStates(plane)).toEqual(['open-preview superseded', 'open-preview succeeded']);
    expect(await preview(plane)).toMatchObject({ state: 'live', liveSha: commits.version, failure: null });
    expect(machine(site).containers).toHaveLength(1);
  });

  test('puts things right when a running request is cancelled', async () => {
    const run = await ask(commits.plain);
    site.world.fault = atOnce('databases.clone', async () => {
      await cancelRun(plane.slipway, run, 'mona');
    });
    await plane.drain();
    expect(await readRun(plane.slipway.db, run)).toMatchObject({ state: 'cancelled' });
    expect(await preview(plane)).toMatchObject({ state: 'failed', failure: { code: 'run-cancelled' } });
    expect(await lateReap()).toEqual([]);
    expect(machine(site).containers).toEqual([]);
  });

  test('shows a preview whose waiting request was cancelled as such, not as waiting for ever', async () => {
    const run = await ask(commits.plain);
    await cancelRun(plane.slipway, run, 'mona');
    expect(await view(1)).toMatchObject({ state: 'failed' });
  });

  test.each(['plain', 'remark', 'version'] as const)(
    'never cuts off what serves, wherever a push to it is cancelled (%s)',
    async (kind) => {
      await open(shop.main);
      const points = ['workload.boot', 'workload.remove', 'databases.drop'];
      for (const point of points) {
        const copy = await site.copy();
        const other = await copy.start();
        const run = await requestPreview(other.slipway, {
          project: 'shop',
          number: 1,
          ref: commits[kind],
          base: 'main',
          branch: 'feature',
          title: null,
          author: 'mona',
          fork: false,
          fresh: false,
          requestedBy: 'mona',
          headUpdatedAt: null,
        });
        copy.world.fault = atOnce(point, async () => {
          await cancelRun(other.slipway, run, 'mona');
        });
        await other.drain();
        const { routes: shown, environments } = await book(other, copy);
        const slot = environments[0]?.liveSlot;
        expect({ point, route: shown[0]?.route, state: environments[0]?.state }).toEqual({
          point,
          route: `→ shop/pr-1/${slot}`,
          state: 'live',
        });
        expect([...copy.world.containers.values()].map(({ image }) => image)).toEqual([environments[0]?.image]);
        await copy.remove();
      }
      plane = await site.start();
    },
  );
});

/** Waits for the engine's lease watch (one second) to see what was asked meanwhile. */
const SEEN = 1300;

const atOnce = (method: string, work: () => Promise<unknown>) => {
  let done = false;
  return async (point: { method: string; when: string }): Promise<void> => {
    if (done || point.method !== method || point.when !== 'after') return;
    done = true;
    await work();
    await new Promise((resolve) => setTimeout(resolve, SEEN));
  };
};

describe('What goes wrong', () => {
  test('in a first install leaves a page that names the step, and nothing else', async () => {
    site.world.mood = (job) => (job === 'update' ? 'install-fails' : 'clean');
    const run = await open(commits.version);
    expect(await preview(plane)).toMatchObject({
      state: 'failed',
      verdict: 'red',
      failure: { code: 'odoo-install-failed', step: 'update-modules' },
    });
    expect(await routes()).toEqual([
      expect.objectContaining({
        kind: 'page',
        page: 'failed',
        facts: expect.objectContaining({ step: 'update-modules', message: expect.stringContaining('shop_') }),
      }),
    ]);
    expect(machine(site).containers).toEqual([]);
    expect([...site.world.databases.keys()].filter((name) => name.startsWith('odoo_'))).toEqual([]);
    expect((await readRun(plane.slipway.db, run)).failure?.message).toContain('Nonsense');
    expect((await preview(plane)).failure?.lastLines.at(-1)).toContain('Initiating shutdown');
    expect(await lateReap()).toEqual([]);
    expect((await verified(plane)).ok).toBe(true);
  });

  test.each(['version', 'module'] as const)(
    'in an update of a live preview leaves the former version serving (%s)',
    async (kind) => {
      await open(commits.plain);
      const address = [...site.world.containers.values()][0]?.host;
      site.world.mood = (job) => (job === 'update' ? 'install-fails' : 'clean');
      await open(commits[kind]);
      expect(await preview(plane)).toMatchObject({
        state: 'live',
        liveSha: commits.plain,
        liveSlot: 'blue',
        failure: { code: 'odoo-install-failed' },
      });
      expect(await routes()).toEqual(['→ shop/pr-1/blue']);
      expect([...site.world.containers.values()].map((each) => each.host)).toEqual([address]);
      expect(
        machine(site)
          .databases.filter(({ name }) => name.startsWith('odoo_pr_1'))
          .map(({ name }) => name),
      ).toEqual(['odoo_pr_1']);
      expect(
        machine(site)
          .databases.find(({ name }) => name === 'odoo_pr_1')
          ?.modules.flat(),
      ).not.toContain('to upgrade');
    },
  );

  test.each(['version', 'module'] as const)(
    'in the start after an update puts the former database back (%s)',
    async (kind) => {
      await open(commits.plain);
      site.world.mood = (job) =>
        job === 'boot' && site.world.databases.has('odoo_pr_1_prev') ? 'boot-fails' : 'clean';
      await open(commits[kind]);
      expect(await preview(plane)).toMatchObject({
        state: 'live',
        liveSha: commits.plain,
        failure: { code: 'odoo-boot-failed', step: 'await-green' },
      });
      expect(await routes()).toEqual(['→ shop/pr-1/blue']);
      const [container] = machine(site).containers;
      expect(container).toMatchObject({ image: `slipway/shop:sha-${commits.plain}`, running: true });
      expect(machine(site).databases.filter(({ name }) => name.startsWith('odoo_pr_1'))).toMatchObject([
        { name: 'odoo_pr_1' },
      ]);
      expect(machine(site).databases[0]?.modules.flat()).not.toContain('shop_extra');
    },
  );

  test('in a test makes the preview live and its verdict red', async () => {
    site.world.mood = (job) => (job === 'update' ? 'test-fails' : 'clean');
    await open(commits.version);
    expect(await preview(plane)).toMatchObject({ state: 'live', verdict: 'red', failure: null });
  });

  test('in a test stays in the verdict when a push changes nothing that is tested, and tests run again when it does', async () => {
    site.world.mood = (job) => (job === 'update' ? 'test-fails' : 'clean');
    await open(commits.version);
    expect(await view(1)).toMatchObject({ verdict: 'red', tests: { run: 3, failed: 1 } });
    await open(commits.text);
    expect(await view(1)).toMatchObject({ liveSha: commits.text, verdict: 'red', tests: null });
    site.world.mood = () => 'clean';
    await open(commits.tests);
    expect(await view(1)).toMatchObject({ liveSha: commits.tests, verdict: 'green', tests: { run: 3, failed: 0 } });
    const [build] = await buildViews(plane.slipway.db, { id: null, limit: 1 });
    expect(build).toMatchObject({ sha: commits.tests, verdict: 'green', tests: { run: 3, failed: 0 } });
  });

  test('in slipway.yaml is told with file, line and column', async () => {
    await open(commits.broken);
    const { state, failure } = await preview(plane);
    expect(state).toBe('failed');
    expect(failure).toMatchObject({ code: 'config-invalid', message: expect.stringMatching(/slipway\.yaml:5:\d+/) });
  });

  test('with a target that cannot run two slots is said before anything is touched, and the former commit serves on', async () => {
    await open(commits.plain);
    const before = [...site.world.effects];
    Object.assign(plane.slipway.ports.workload, { can: { runsOdoo: true, blueGreen: false, sleep: true } });
    const run = await open(commits.remark);
    expect(await preview(plane)).toMatchObject({
      state: 'live',
      liveSha: commits.plain,
      failure: {
        code: 'capability-missing',
        step: 'prepare',
        message: expect.stringContaining('memory cannot run two'),
      },
    });
    expect(await journalOf(plane, run)).toEqual([]);
    expect((await buildViews(plane.slipway.db, { id: null, limit: 9 })).map(({ sha }) => sha)).toEqual([commits.plain]);
    expect([...site.world.effects]).toEqual(before);
  });

  test('with a target that cannot sleep is said to whoever asks, and nothing is queued', async () => {
    await open(commits.plain);
    Object.assign(plane.slipway.ports.workload, { can: { runsOdoo: true, blueGreen: true, sleep: false } });
    await expect(verb('sleep-preview')).rejects.toMatchObject({
      code: 'capability-missing',
      facts: { target: 'memory', capability: 'sleep' },
    });
    expect(await runStates(plane)).toEqual(['open-preview succeeded']);
    expect(await preview(plane)).toMatchObject({ state: 'live', verdict: 'green' });
  });

  test('with Docker for a while is waited for', async () => {
    for (let count = 0; count < 5; count++)
      site.world.failNext('workload.boot', new Failure('docker-unreachable', { reason: 'connection refused' }));
    const run = await open(commits.plain);
    expect(await readRun(plane.slipway.db, run)).toMatchObject({ state: 'succeeded' });
    const { rows } = await plane.slipway.db.query(
      `select attempts from ops.steps where run = $1 and name = 'boot-blue'`,
      [run],
    );
    expect(rows).toEqual([{ attempts: 6 }]);
  });

  test('with the disk is said at once, and what was begun is taken back', async () => {
    site.world.failNext('databases.clone', new Failure('disk-full', { reason: 'No space left on device' }));
    await open(commits.plain);
    expect(await preview(plane)).toMatchObject({
      state: 'failed',
      failure: { code: 'disk-full', step: 'clone-database' },
    });
    expect(machine(site).roles.map(({ owner }) => owner)).toEqual([expect.stringContaining('template-')]);
    expect(await lateReap()).toEqual([]);
  });
});

describe('The reaper', () => {
  test('leaves a template alone that is being made', async () => {
    await ask(commits.plain);
    let removed: unknown[] = [];
    const run = await claimRun(plane.slipway.db, {
      owner: plane.slipway.owner,
      leaseSeconds: 15,
      limits: { builds: 2 },
    });
    site.world.fault = async ({ method, when }) => {
      if (method !== 'workload.runJob' || when !== 'middle') return;
      site.world.fault = async () => undefined;
      removed = await lateReap();
    };
    if (run !== null) await executeRun(plane.slipway, run, new AbortController().signal);
    expect(removed).toEqual([]);
    expect(await preview(plane)).toMatchObject({ state: 'live' });
  });
});
