import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { projectConfig } from '../../packages/contracts/src/project-config.ts';
import { recordAudit } from '../../packages/server/src/store/audit.ts';
import { finishBuild, setTestVerdict, startBuild } from '../../packages/server/src/store/builds.ts';
import {
  delivery,
  processNextDelivery,
  pruneDeliveries,
  storeDelivery,
} from '../../packages/server/src/store/deliveries.ts';
import { finishDeployment, startDeployment } from '../../packages/server/src/store/deployments.ts';
import {
  countLive,
  environment,
  listPreviews,
  setEnvironment,
  upsertPreview,
} from '../../packages/server/src/store/environments.ts';
import {
  feedback,
  feedbackFailed,
  feedbackSent,
  takeDueFeedback,
  wantFeedback,
} from '../../packages/server/src/store/feedback.ts';
import { listen } from '../../packages/server/src/store/listen.ts';
import {
  appendLogLines,
  pruneLogLines,
  readLogLines,
  tailLogLines,
} from '../../packages/server/src/store/log-lines.ts';
import {
  listProjects,
  projectByName,
  projectByRepository,
  saveProject,
} from '../../packages/server/src/store/projects.ts';
import { inTransaction, openPool, query } from '../../packages/server/src/store/queryable.ts';
import { routeTable } from '../../packages/server/src/store/routes.ts';
import { enqueueRun } from '../../packages/server/src/store/runs.ts';
import { listTemplates, templateTable } from '../../packages/server/src/store/templates.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

let database: FreshDatabase;
let pool: Pool;

beforeEach(async () => {
  database = await freshDatabase(inject('postgresUrl'));
  pool = openPool(database.url, { max: 8 });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const config = (name: string) => projectConfig.parse({ version: 1, name, odoo: { series: '19.0' } });
const save = (name: string, github?: string) =>
  saveProject(pool, {
    name,
    config: config(name),
    source: github === undefined ? {} : { github },
    folder: '/srv/shop',
  });
const facts = (number: number, headSha = 'a'.repeat(40), headUpdatedAt: string | null = null) => ({
  id: `shop/pr-${number}`,
  project: 'shop',
  number,
  title: 'Fix',
  branch: 'fix',
  base: 'main',
  author: 'ada',
  fork: false,
  headSha,
  headUpdatedAt,
  database: `odoo_pr_${number}`,
  role: `odoo_pr_${number}`,
  host: `pr-${number}-fix.localhost`,
  url: `http://pr-${number}-fix.localhost:8080`,
});
const openPreview = async (number = 1) => {
  await save('shop');
  await upsertPreview(pool, facts(number));
};
const addRun = (id = 'run_1') =>
  enqueueRun(pool, {
    id,
    project: 'shop',
    environment: 'shop/pr-1',
    kind: 'open-preview',
    sha: 'x',
    requestedBy: 'ada',
    facts: {},
  });

describe('projects', () => {
  test('the first one gets plain database names, the others their own prefix, and both keep it', async () => {
    const saved = await Promise.all([save('shop', 'Acme/Shop'), save('web-site'), save('third')]);
    expect(saved.filter((project) => project.databasePrefix === '')).toHaveLength(1);
    expect(new Set(saved.map((project) => project.databasePrefix)).size).toBe(3);

    const again = await Promise.all([save('shop', 'Acme/Shop'), save('web-site'), save('third')]);

    expect(again.map((project) => project.databasePrefix)).toEqual(saved.map((project) => project.databasePrefix));
    expect(await listProjects(pool)).toHaveLength(3);
  });

  test('are found by name and by repository in any spelling; an unknown name is a failure, an unknown repository is not', async () => {
    await save('shop', 'Acme/Shop');

    expect((await projectByRepository(pool, 'acme/SHOP'))?.config).toEqual(config('shop'));
    expect(await projectByRepository(pool, 'acme/other')).toBeNull();
    await expect(projectByName(pool, 'none')).rejects.toMatchObject({ code: 'project-unknown' });
  });
});

describe('environments', () => {
  test('facts that are older than those known change nothing; a command without a time is the newest', async () => {
    await save('shop');
    await upsertPreview(pool, facts(1, 'b'.repeat(40), '2026-11-21T10:00:00.000Z'));

    const late = await upsertPreview(pool, facts(1, 'a'.repeat(40), '2026-11-21T09:59:59.000Z'));
    expect(late).toMatchObject({ outdated: true, environment: { headSha: 'b'.repeat(40) } });
    const command = await upsertPreview(pool, facts(1, 'c'.repeat(40)));
    expect(command).toMatchObject({
      outdated: false,
      environment: { headSha: 'c'.repeat(40), headUpdatedAt: '2026-11-21T10:00:00.000Z' },
    });
    expect(await upsertPreview(pool, facts(1, 'd'.repeat(40), '2026-11-21T10:00:00.000Z'))).toMatchObject({
      outdated: false,
    });
  });

  test('a change names its fields and leaves the others alone', async () => {
    await openPreview();
    const modules = [{ name: 'sale', action: 'update' as const, why: 'a view changed', version: '19.0.1.0' }];
    await setEnvironment(pool, 'shop/pr-1', {
      state: 'live',
      liveSlot: 'blue',
      modules,
      installed: { sale: { hash: 'h', version: null, files: {} } },
    });

    await setEnvironment(pool, 'shop/pr-1', { verdict: 'yellow', failure: null });

    expect(await environment(pool, 'shop/pr-1')).toMatchObject({
      state: 'live',
      liveSlot: 'blue',
      modules,
      installed: { sale: { hash: 'h' } },
      verdict: 'yellow',
      failure: null,
      title: 'Fix',
    });
    expect(await countLive(pool, 'shop')).toBe(1);
    await setEnvironment(pool, 'shop/pr-1', { state: 'sleeping', asleep: true });
    expect(await countLive(pool, 'shop')).toBe(0);
  });

  test('a closed one leaves the list, gives its names free, and comes back with what is wanted now', async () => {
    await openPreview();
    await setEnvironment(pool, 'shop/pr-1', { state: 'closed', verdict: 'red', closedAt: '2026-11-21T10:00:00.000Z' });
    expect(await listPreviews(pool, 'shop', { closed: false })).toEqual([]);
    expect(await listPreviews(pool, 'shop', { closed: true })).toHaveLength(1);

    const { environment: again } = await upsertPreview(pool, facts(1, 'e'.repeat(40)));

    expect(again).toMatchObject({ state: 'queued', closedAt: null, verdict: null, headSha: 'e'.repeat(40) });
  });

  test('PostgreSQL refuses two open ones with one database or one host', async () => {
    await openPreview(1);
    await expect(upsertPreview(pool, { ...facts(2), database: 'odoo_pr_1' })).rejects.toThrow(
      'environments_own_database',
    );
    await expect(upsertPreview(pool, { ...facts(2), host: 'pr-1-fix.localhost' })).rejects.toThrow(
      'environments_own_host',
    );
  });

  test('were last used when the edge saw the last request, if that is later', async () => {
    await openPreview();
    await setEnvironment(pool, 'shop/pr-1', { lastUsedAt: '2026-11-21T10:00:00.000Z' });
    await pool.query(
      `insert into ops.edge_activity (environment, last_request_at) values ('shop/pr-1', '2026-11-21T11:00:00.000Z')`,
    );

    expect((await environment(pool, 'shop/pr-1'))?.lastUsedAt).toBe('2026-11-21T11:00:00.000Z');
  });
});

describe('deliveries', () => {
  const store = (id: string) =>
    storeDelivery(pool, { id, event: 'push', repository: 'acme/shop', body: Buffer.from([0, 255, 10]) });

  test('are kept once, byte for byte, and each is handed to one worker', async () => {
    await save('shop', 'Acme/Shop');
    expect((await Promise.all([store('a'), store('a'), store('b')])).toSorted()).toEqual(['duplicate', 'new', 'new']);
    const bodies: Buffer[] = [];
    const work = () =>
      processNextDelivery(pool, async (_, one) => {
        await sleep(20);
        bodies.push(one.body);
        return `done ${one.id}`;
      });

    const worked = await Promise.all([work(), work(), work()]);

    expect(worked.toSorted()).toEqual(['a', 'b', null]);
    expect(bodies).toEqual([Buffer.from([0, 255, 10]), Buffer.from([0, 255, 10])]);
    expect(await delivery(pool, 'a')).toMatchObject({ outcome: 'done a', attempts: 1, error: null });
    const later = new Date(Date.now() + 60_000).toISOString();
    expect([await pruneDeliveries(pool, later, 1), await pruneDeliveries(pool, later, 5)]).toEqual([1, 1]);
  });

  test('of a repository that no project uses are not kept, and those that name none are', async () => {
    const of = (id: string, repository: string | null) =>
      storeDelivery(pool, { id, event: 'ping', repository, body: Buffer.from('{}') });

    expect([await of('a', 'acme/shop'), await of('b', null), await of('b', null)]).toEqual([
      'unknown-repository',
      'new',
      'duplicate',
    ]);
    await save('shop', 'Acme/Shop');
    expect([await of('a', 'ACME/shop'), await of('b', 'acme/other')]).toEqual(['new', 'unknown-repository']);
    expect(await delivery(pool, 'b')).toMatchObject({ repository: null });
  });

  test('whose handling fails leave nothing of it and come again later', async () => {
    await save('shop', 'Acme/Shop');
    await store('a');
    await processNextDelivery(pool, async (tx) => {
      await tx.query(`insert into ops.organisations values ('half', 'half')`);
      throw new Error('a mishap');
    });

    expect(await delivery(pool, 'a')).toMatchObject({ attempts: 1, error: 'a mishap', processedAt: null });
    expect((await pool.query(`select from ops.organisations where id = 'half'`)).rowCount).toBe(0);
    expect(await processNextDelivery(pool, async () => 'too early')).toBeNull();
    await pool.query(`update ops.deliveries set next_attempt_at = now()`);
    expect(await processNextDelivery(pool, async () => 'well')).toBe('a');
    expect(await delivery(pool, 'a')).toMatchObject({ attempts: 2, error: null, outcome: 'well' });
  });
});

describe('routes', () => {
  test('a change is heard by every listener within 100 ms, the same again by none', async () => {
    await openPreview();
    const table = routeTable(pool);
    const heard: number[] = [];
    let asked = 0;
    const listeners = await Promise.all(
      [1, 2].map(() =>
        listen(database.url, ['slipway_routes'], {
          notify: () => heard.push(performance.now() - asked),
          connect: () => undefined,
        }),
      ),
    );
    const entry = { host: 'pr-1.localhost', environment: 'shop/pr-1', route: { kind: 'wake' as const } };

    asked = performance.now();
    await table.put(entry);
    await sleep(100);
    expect(heard).toHaveLength(2);
    expect(Math.max(...heard)).toBeLessThan(100);
    await table.put(entry);
    await sleep(50);
    expect(heard).toHaveLength(2);
    const routes = () => query<{ route: unknown; version: number }>(pool, 'select route, version from ops.routes');
    const [first] = await routes();
    await table.put({ ...entry, route: { kind: 'hold' } });
    const [second] = await routes();
    expect(second?.version).toBeGreaterThan(first?.version ?? 0);
    expect(second?.route).toEqual({ kind: 'hold' });
    await table.removeEnvironment('shop/pr-1');
    await table.removeEnvironment('shop/pr-1');
    expect(await routes()).toEqual([]);
    await Promise.all(listeners.map((listener) => listener.close()));
  });
});

describe('templates', () => {
  test('are built by one at a time, however many wait, and those who wait hold no connection', async () => {
    await save('shop');
    const table = templateTable(pool);
    let building = 0;
    let most = 0;
    const build = async () => {
      if (await table.ready('k1')) return 'there';
      most = Math.max(most, ++building);
      await sleep(300);
      await table.save({ key: 'k1', project: 'shop', database: 'tpl_k1', image: 'i', series: '19.0' });
      building--;
      return 'made';
    };

    const results = await Promise.all(
      Array.from({ length: 12 }, () => table.withLock('k1', new AbortController().signal, build)),
    );

    expect(most).toBe(1);
    expect(results.filter((result) => result === 'made')).toHaveLength(1);
    expect(await listTemplates(pool, 'shop')).toMatchObject([{ key: 'k1', database: 'tpl_k1' }]);
    await pool.query('delete from ops.templates');
    expect(await table.ready('k1')).toBe(false);
  });

  test('two of different keys do not wait for each other; who waits can be called off; a failed build frees the lock', async () => {
    const table = templateTable(pool);
    const stop = new AbortController();
    const failed = table.withLock('k1', stop.signal, async () => {
      expect(await table.withLock('k2', stop.signal, async () => 'other')).toBe('other');
      const waiting = table.withLock('k1', AbortSignal.timeout(100), async () => 'never');
      await expect(waiting).rejects.toThrow();
      throw new Error('the build failed');
    });

    await expect(failed).rejects.toThrow('the build failed');
    expect(await table.withLock('k1', stop.signal, async () => 'free')).toBe('free');
  });
});

describe('builds and deployments', () => {
  test('a build is recorded once, from its start to its verdict', async () => {
    await openPreview();
    await addRun();
    const start = {
      id: 'b1',
      project: 'shop',
      run: 'run_1',
      sha: 'x',
      branch: 'fix',
      message: 'Fix',
      author: 'ada',
      committedAt: '2026-11-21T10:00:00.000Z',
      lockHash: 'l',
      contentHash: 'c',
    };
    await startBuild(pool, start);
    await startBuild(pool, { ...start, sha: 'y' });
    await finishBuild(pool, 'b1', {
      state: 'built',
      image: 'slipway/shop:sha-x',
      imageDigest: 'sha256:1',
      cached: false,
    });
    const builds = () => query<Record<string, unknown>>(pool, 'select * from ops.builds');
    const [first] = await builds();

    await sleep(5);
    await finishBuild(pool, 'b1', {
      state: 'built',
      image: 'slipway/shop:sha-x',
      imageDigest: 'sha256:1',
      cached: false,
    });
    await setTestVerdict(pool, 'b1', 'green', { tests: 3 });

    expect(await builds()).toEqual([
      expect.objectContaining({
        id: 'b1',
        run: 'run_1',
        git_sha: 'x',
        committed_at: start.committedAt,
        state: 'built',
        image_tag: 'slipway/shop:sha-x',
        test_verdict: 'green',
        test_report: { tests: 3 },
        finished_at: first?.finished_at,
      }),
    ]);
    expect(first?.milliseconds).toBeGreaterThanOrEqual(0);
  });

  test('a deployment ends once, with the modules that it moved', async () => {
    await openPreview();
    await startDeployment(pool, {
      id: 'd1',
      environment: 'shop/pr-1',
      run: null,
      sha: 'x',
      rollbackSha: null,
      actor: 'ada',
      approver: null,
    });
    const end = {
      status: 'succeeded' as const,
      steps: ['a'],
      healthResults: [{ path: '/web/login', status: 200 }],
      migrations: [{ module: 'sale', versionBefore: '1.0', versionAfter: '1.1', milliseconds: 12.5 }],
    };

    await finishDeployment(pool, 'd1', end);
    await finishDeployment(pool, 'd1', end);

    expect(await query(pool, 'select * from ops.deployments')).toMatchObject([
      { status: 'succeeded', steps: ['a'], migrations_run: end.migrations },
    ]);
    expect(
      await query(
        pool,
        'select deployment, module, version_before, version_after, script, milliseconds from ops.migrations',
      ),
    ).toEqual([
      { deployment: 'd1', module: 'sale', version_before: '1.0', version_after: '1.1', script: '', milliseconds: 12.5 },
    ]);
  });
});

describe('feedback', () => {
  test('only the newest text is due, to one sender at a time, until it was sent', async () => {
    await openPreview();
    await wantFeedback(pool, 'shop/pr-1', 'one');
    await wantFeedback(pool, 'shop/pr-1', 'two');

    const taken = await Promise.all([takeDueFeedback(pool, 10, 60), takeDueFeedback(pool, 10, 60)]);
    expect(taken.flat()).toMatchObject([{ environment: 'shop/pr-1', wantedHash: 'two' }]);
    await feedbackFailed(pool, 'shop/pr-1', { error: 'rate limit', retrySeconds: 60 });
    expect(await takeDueFeedback(pool, 10, 60)).toEqual([]);
    expect(await feedback(pool, 'shop/pr-1')).toMatchObject({ attempts: 1, error: 'rate limit' });
    await wantFeedback(pool, 'shop/pr-1', 'three');
    await feedbackSent(pool, 'shop/pr-1', { hash: 'two', status: 'success' });
    expect(await takeDueFeedback(pool, 10, 60)).toMatchObject([
      { wantedHash: 'three', sentHash: 'two', statusSent: 'success' },
    ]);
    await feedbackSent(pool, 'shop/pr-1', { hash: 'three', status: null });
    expect(await takeDueFeedback(pool, 10, 60)).toEqual([]);
  });
});

describe('log lines', () => {
  test('come back in their order, from any point on, and are announced', async () => {
    await openPreview();
    await addRun();
    const heard: string[] = [];
    const listener = await listen(database.url, ['slipway_logs'], {
      notify: (_, payload) => heard.push(payload),
      connect: () => undefined,
    });
    const lines = Array.from({ length: 1000 }, (_, n) => ({
      at: '2026-11-21T10:00:00.000Z',
      stream: 'odoo' as const,
      text: `line ${n} "ü" \0`,
    }));

    await appendLogLines(pool, 'run_1', lines);
    await appendLogLines(pool, 'run_1', []);
    await appendLogLines(pool, 'run_gone', lines.slice(0, 1));

    const all = await readLogLines(pool, 'run_1');
    expect(all.map((line) => line.text)).toEqual(lines.map((line) => line.text.replace('\0', '')));
    expect(await readLogLines(pool, 'run_1', { since: all[997]?.sequence ?? 0 })).toEqual(all.slice(998));
    expect((await tailLogLines(pool, 'run_1', 2)).map((line) => line.text)).toEqual(['line 998 "ü" ', 'line 999 "ü" ']);
    await sleep(50);
    expect(heard).toEqual(['run_1']);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect(await pruneLogLines(pool, later, 600)).toBe(0);
    await pool.query(`update ops.runs set state = 'failed', finished_at = now()`);
    expect([await pruneLogLines(pool, later, 600), await pruneLogLines(pool, later, 600)]).toEqual([600, 400]);
    await listener.close();
  });
});

test('what is audited in a transaction that fails was never done', async () => {
  await openPreview();
  const entry = { who: 'ada', what: 'preview.open', target: 'shop/pr-1', details: { run: 'run_1' } };
  await recordAudit(pool, entry);
  const failed = inTransaction(pool, async (tx) => {
    await recordAudit(tx, { ...entry, what: 'preview.close' });
    throw new Error('no');
  });

  await expect(failed).rejects.toThrow('no');

  expect(await query(pool, 'select * from ops.audit_log')).toMatchObject([
    { ...entry, from_where: 'control-plane', result: 'ok', organisation: 'default' },
  ]);
});
