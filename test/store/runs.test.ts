import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { LostLease } from '../../packages/server/src/engine/interpret.ts';
import { listArtifacts } from '../../packages/server/src/store/artifacts.ts';
import { claimRun, queuePositions } from '../../packages/server/src/store/claim-run.ts';
import { setEnvironment } from '../../packages/server/src/store/environments.ts';
import { journal } from '../../packages/server/src/store/journal.ts';
import { inTransaction, openPool } from '../../packages/server/src/store/queryable.ts';
import {
  enqueueRun,
  finishRun,
  type Run,
  readRun,
  renewLease,
  requestCancel,
  savePlan,
} from '../../packages/server/src/store/runs.ts';
import { type FreshDatabase, freshDatabase } from '../setup/database.ts';

let database: FreshDatabase;
let pool: Pool;
let pools: Pool[];

beforeEach(async () => {
  database = await freshDatabase(inject('postgresUrl'));
  pools = [1, 2].map(() => openPool(database.url, { max: 8 }));
  pool = pools[0] as Pool;
});
afterEach(async () => {
  await Promise.all(pools.map((one) => one.end()));
  await database.drop();
});

const addProject = (name: string, max: number) =>
  pool.query(`insert into ops.projects (id, name, config, source, database_prefix) values ($1, $1, $2, '{}', $1)`, [
    name,
    JSON.stringify({ stages: { preview: { max } } }),
  ]);
const addEnvironment = (project: string, number: number) =>
  pool.query(
    `insert into ops.environments (id, project, stage, name, number, head_sha, database, role, host)
     values ($1::text || '/pr-' || $2::int, $1::text, 'preview', 'pr-' || $2::int, $2::int, 'x', $1::text || $2::int, 'r', $1::text || $2::int)`,
    [project, number],
  );
let count = 0;
const ask = async (environment: string, kind = 'open-preview', id = `run_${++count}`): Promise<string> => {
  await inTransaction(pool, (db) =>
    enqueueRun(db, {
      id,
      project: environment.split('/')[0] ?? '',
      environment,
      kind,
      sha: 'x',
      requestedBy: 'ada',
      facts: {},
    }),
  );
  return id;
};
const claim = (owner = 'one', builds = 10, leaseSeconds = 60, from = pool) =>
  claimRun(from, { owner, leaseSeconds, limits: { builds } });
const finish = (run: Run, state: 'succeeded' | 'failed' | 'cancelled' = 'succeeded') =>
  finishRun(pool, { run: run.id, fence: run.fence, state, failure: null });
const goLive = async (run: Run) => {
  await setEnvironment(pool, run.environment, { state: 'live', liveSlot: 'blue' });
  await finish(run);
};
const stateOf = async (id: string) => (await readRun(pool, id)).state;
const claimed = async (...parameters: Parameters<typeof claim>): Promise<Run> => {
  const run = await claim(...parameters);
  if (run === null) throw new Error('nothing to claim');
  return run;
};

describe('newest wins', () => {
  beforeEach(async () => {
    await addProject('shop', 5);
    await addEnvironment('shop', 1);
  });

  test('a newer request supersedes the one that waits', async () => {
    const first = await ask('shop/pr-1');
    const second = await ask('shop/pr-1');

    expect(await stateOf(first)).toBe('superseded');
    expect((await claim())?.id).toBe(second);
  });

  test('a newer request asks a running one to stop and waits for its end', async () => {
    const first = await ask('shop/pr-1');
    const running = await claimed();
    const second = await ask('shop/pr-1');

    expect(await readRun(pool, first)).toMatchObject({ state: 'running', cancelRequested: true });
    expect(await claim()).toBeNull();
    await finish(running, 'cancelled');
    expect((await claim())?.id).toBe(second);
  });

  test('a close supersedes everything, and an opening that follows waits for its end', async () => {
    const open = await ask('shop/pr-1');
    const close = await ask('shop/pr-1', 'close-preview');
    expect(await stateOf(open)).toBe('superseded');
    const closing = await claimed();
    expect(closing.id).toBe(close);

    const again = await ask('shop/pr-1');

    expect(await readRun(pool, close)).toMatchObject({ state: 'running', cancelRequested: false });
    expect(await claim()).toBeNull();
    await finish(closing);
    expect((await claim())?.id).toBe(again);
  });

  test('of many requests at one moment one is left', async () => {
    await Promise.all(Array.from({ length: 20 }, () => ask('shop/pr-1')));

    const { rows } = await pool.query(`select state, count(*)::int as n from ops.runs group by 1 order by 1`);
    expect(rows).toEqual([
      { state: 'queued', n: 1 },
      { state: 'superseded', n: 19 },
    ]);
    expect((await claim())?.state).toBe('running');
  });
});

test('waking goes before an update that waits for a place, and does not make it needless', async () => {
  await addProject('shop', 1);
  for (const number of [1, 2]) await addEnvironment('shop', number);
  await ask('shop/pr-1');
  await goLive(await claimed());
  await setEnvironment(pool, 'shop/pr-2', { state: 'sleeping', asleep: true, liveSlot: 'green' });
  const update = await ask('shop/pr-2');
  expect(await claim()).toBeNull();

  const wake = await ask('shop/pr-2', 'wake-preview');

  expect((await claim())?.id).toBe(wake);
  expect(await stateOf(update)).toBe('queued');
  expect((await queuePositions(pool, 'shop')).get(update)?.reason).toContain('another run');
});

test('a request of an unknown kind is refused, and one that is made twice is one', async () => {
  await addProject('shop', 1);
  await addEnvironment('shop', 1);
  await expect(ask('shop/pr-1', 'fly-preview')).rejects.toMatchObject({ code: 'kind-unknown' });

  await ask('shop/pr-1', 'open-preview', 'run_same');
  await ask('shop/pr-1', 'open-preview', 'run_same');

  expect(await stateOf('run_same')).toBe('queued');
});

describe('limits', () => {
  test('at most so many builds at once, over all control planes; closing does not wait for them', async () => {
    await addProject('shop', 50);
    for (const number of [1, 2, 3, 4]) await addEnvironment('shop', number);
    for (const number of [1, 2, 3]) await ask(`shop/pr-${number}`);
    const close = await ask('shop/pr-4', 'close-preview');

    expect((await claim('one', 2))?.id).toBe(close);
    const first = await claimed('one', 2, 60, pools[1]);
    await claimed('two', 2);
    expect(await claim('one', 2)).toBeNull();
    await finish(first);
    expect(await claim('two', 2)).not.toBeNull();
  });

  test('the sixth preview waits in view until one of five closes or sleeps, and an update of a live one does not', async () => {
    await addProject('shop', 5);
    for (const number of [1, 2, 3, 4, 5, 6, 7]) {
      await addEnvironment('shop', number);
      await ask(`shop/pr-${number}`);
    }
    for (let n = 0; n < 5; n++) await goLive(await claimed());
    const positions = await queuePositions(pool);

    expect(await claim()).toBeNull();
    expect([...positions.values()].map((one) => one.position)).toEqual([1, 2]);
    expect([...positions.values()][0]?.reason).toContain('5 of 5 previews');
    const update = await ask('shop/pr-2');
    expect((await claim())?.id).toBe(update);
    expect(await claim()).toBeNull();
    await setEnvironment(pool, 'shop/pr-1', { state: 'sleeping', asleep: true });
    expect((await claim())?.environment).toBe('shop/pr-6');
    expect(await claim()).toBeNull();
    await setEnvironment(pool, 'shop/pr-3', { state: 'closed', liveSlot: null, closedAt: new Date().toISOString() });
    expect((await claim())?.environment).toBe('shop/pr-7');
  });

  test('one project that is full does not hold up another', async () => {
    await addProject('full', 1);
    await addProject('free', 1);
    for (const number of [1, 2]) await addEnvironment('full', number);
    await addEnvironment('free', 1);
    await ask('full/pr-1');
    await goLive(await claimed());
    await ask('full/pr-2');
    await ask('free/pr-1');

    expect((await claim())?.environment).toBe('free/pr-1');
  });
});

describe('leases', () => {
  beforeEach(async () => {
    await addProject('shop', 5);
    await addEnvironment('shop', 1);
  });

  test('a run whose holder is silent goes to another, and the first can write nothing more', async () => {
    await ask('shop/pr-1');
    const old = await claimed('one', 2, 0.05);
    const lost = journal(pool, old.id, old.fence);
    await lost.begin(0, { name: 'a', kind: 'a', input: {} });
    await sleep(100);

    const now = await claimed('two');

    expect(now).toMatchObject({ id: old.id, fence: old.fence + 1 });
    expect(await renewLease(pool, old.id, 'one', old.fence)).toBe(false);
    const step = { name: 'b', kind: 'b', input: {} };
    await expect(lost.begin(1, step)).rejects.toBeInstanceOf(LostLease);
    await expect(lost.done(0, { note: '', receipt: {} }, 1)).rejects.toBeInstanceOf(LostLease);
    await expect(lost.failed(0, new Error('x'), 1)).rejects.toBeInstanceOf(LostLease);
    await expect(savePlan(pool, old.id, old.fence, {}, {})).rejects.toBeInstanceOf(LostLease);
    await expect(finish(old, 'failed')).rejects.toBeInstanceOf(LostLease);
    await expect(
      setEnvironment(pool, old.environment, { state: 'failed' }, { run: old.id, fence: old.fence }),
    ).rejects.toBeInstanceOf(LostLease);
    const held = journal(pool, now.id, now.fence);
    await held.begin(0, step);
    await held.done(0, { note: 'well', receipt: { asked: 1 } }, 12.5);
    expect(await held.read()).toMatchObject([
      { index: 0, name: 'b', state: 'done', attempts: 2, receipt: { asked: 1 }, milliseconds: 12.5 },
    ]);
    await savePlan(pool, now.id, now.fence, { steps: [] }, { a: 1 });
    await savePlan(pool, now.id, now.fence, { steps: ['another'] });
    await finish(now);
    await finish(now);
    expect(await readRun(pool, now.id)).toMatchObject({
      state: 'succeeded',
      plan: { steps: [] },
      facts: { a: 1 },
      leaseUntil: null,
    });
  });

  test('a step that is done and its evidence are kept together or not at all', async () => {
    await ask('shop/pr-1');
    const run = await claimed();
    const book = journal(pool, run.id, run.fence);
    const file = { path: 'f/build/a.log', sha256: 'a', bytes: 1, createdAt: '2026-11-21T10:00:00.000Z' };
    await book.begin(0, { name: 'a', kind: 'a', input: {} });
    const outcome = { note: 'well', receipt: { asked: 1 } };

    await expect(book.done(0, outcome, 1, undefined, [file, { ...file, sha256: 'another' }])).rejects.toThrow(
      'artifacts_path_key',
    );
    expect(await book.read()).toMatchObject([{ state: 'running', receipt: null }]);
    expect(await listArtifacts(pool, run.id)).toEqual([]);
    await book.done(0, outcome, 1, undefined, [file]);

    expect(await book.read()).toMatchObject([{ state: 'done', receipt: { asked: 1 } }]);
    expect(await listArtifacts(pool, run.id)).toMatchObject([{ ...file, sequence: 1 }]);
  });

  test('a step that is done and the next that begins are written together or not at all', async () => {
    await ask('shop/pr-1');
    const run = await claimed();
    const book = journal(pool, run.id, run.fence);
    const next = { index: 1, step: { name: 'b', kind: 'b', input: { to: 'x' } } };
    await book.begin(0, { name: 'a', kind: 'a', input: {} });
    const outcome = { note: 'well', receipt: {} };

    await expect(journal(pool, run.id, run.fence - 1).done(0, outcome, 1, next)).rejects.toThrow(LostLease);
    expect(await book.read()).toMatchObject([{ index: 0, state: 'running' }]);
    await book.done(0, outcome, 1, next);

    expect(await book.read()).toMatchObject([
      { index: 0, state: 'done', note: 'well' },
      { index: 1, name: 'b', state: 'running', attempts: 1, input: { to: 'x' }, finishedAt: null },
    ]);
    // As after a crash: who takes over begins it once more.
    await book.begin(1, next.step);
    expect(await book.read()).toMatchObject([{}, { state: 'running', attempts: 2 }]);
  });

  test('a holder that renews in time keeps its run and hears of a cancellation', async () => {
    const id = await ask('shop/pr-1');
    const run = await claimed('one', 2, 0.2);
    for (let n = 0; n < 4; n++) {
      await sleep(100);
      expect(await renewLease(pool, id, 'one', run.fence)).toBe(true);
      expect(await claim('two')).toBeNull();
    }

    await requestCancel(pool, id, 'enough');

    expect(await renewLease(pool, id, 'one', run.fence)).toBe(true);
    expect(await readRun(pool, id)).toMatchObject({ cancelRequested: true, cancelReason: 'enough' });
    expect(await stateOf(id)).toBe('running');
  });

  test('a cancelled run that waits ends at once, and one that has ended stays as it is', async () => {
    const id = await ask('shop/pr-1');
    await requestCancel(pool, id, 'enough');
    expect(await stateOf(id)).toBe('cancelled');
    expect(await claim()).toBeNull();

    const other = await ask('shop/pr-1');
    await finish(await claimed());
    await expect(requestCancel(pool, other, 'late')).rejects.toMatchObject({ code: 'run-ended' });
    expect(await readRun(pool, other)).toMatchObject({ state: 'succeeded', cancelRequested: false });
  });

  test('PostgreSQL itself refuses two running runs of one environment', async () => {
    await ask('shop/pr-1');
    await claimed();
    await ask('shop/pr-1');

    await expect(
      pool.query(`update ops.runs set state = 'running', lease_until = now() where state = 'queued'`),
    ).rejects.toThrow('runs_one_running');
  });
});

test('two control planes, 200 runs and random deaths: each run ends once, no environment is worked on by two, no limit is passed', async () => {
  const builds = 4;
  const environments: string[] = [];
  for (const project of ['a', 'b', 'c', 'd']) {
    await addProject(project, 100);
    for (let number = 1; number <= 50; number++) {
      await addEnvironment(project, number);
      environments.push(`${project}/pr-${number}`);
    }
  }
  for (const environment of environments) await ask(environment);
  const working = new Map<string, string>();
  const problems: string[] = [];
  let deaths = 0;
  const work = async (owner: string, from: Pool) => {
    for (;;) {
      const run = await claim(owner, builds, 0.4, from);
      if (run === null) {
        const { rows } = await from.query(
          `select count(*)::int as n from ops.runs where state in ('queued', 'running')`,
        );
        if (rows[0]?.n === 0) return;
        await sleep(20);
        continue;
      }
      const token = `${owner} ${run.fence}`;
      if (working.has(run.environment))
        problems.push(`${run.environment}: ${working.get(run.environment)} and ${token}`);
      working.set(run.environment, token);
      if (working.size > builds) problems.push(`${working.size} at work`);
      await sleep(Math.random() * 5);
      working.delete(run.environment);
      // Dies without a word: the lease has to run out.
      if (Math.random() < 0.1 && ++deaths) continue;
      await finishRun(from, { run: run.id, fence: run.fence, state: 'succeeded', failure: null });
    }
  };

  await Promise.all(['one', 'two', 'three', 'four'].map((owner, index) => work(owner, pools[index % 2] as Pool)));

  expect(problems).toEqual([]);
  expect(deaths).toBeGreaterThan(0);
  const { rows } = await pool.query(
    `select count(*)::int as runs, sum(attempts)::int as attempts from ops.runs where state = 'succeeded' and fence = attempts`,
  );
  expect(rows).toEqual([{ runs: 200, attempts: 200 + deaths }]);
});
