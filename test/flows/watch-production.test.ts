/** What happens to a version that turns out to be worse than the one before, when it is live already. */
import { parseProjectConfig } from '@slipway/contracts/config-file';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { LATENCY_PLACES, latencyPlace } from '../../packages/server/src/domain/latency.ts';
import { verifyEvidence } from '../../packages/server/src/evidence/verify.ts';
import { postmortemOf } from '../../packages/server/src/flows/draft-postmortem.ts';
import { requestRollback, requestStart } from '../../packages/server/src/flows/request-production.ts';
import { watchProductions } from '../../packages/server/src/observe/watch-production.ts';
import { deployments } from '../../packages/server/src/store/deployments.ts';
import { projectByName, saveProject } from '../../packages/server/src/store/projects.ts';
import { query } from '../../packages/server/src/store/queryable.ts';
import { productionStatuses } from '../../packages/server/src/views/production-status.ts';
import { lastWatchView } from '../../packages/server/src/views/watch-view.ts';
import {
  deployCode,
  makeProductionShop,
  migrate,
  open,
  type ProductionCommits,
  rollBack,
} from '../chaos/production-scenarios.ts';
import { evidenceOf, runStates } from './look.ts';
import { type ControlPlane, type Equip, makeSite, type Shop, type Site } from './make-slipway.ts';

const ID = 'shop/production';
const MINUTE = 60_000;
const never = new AbortController().signal;

let shop: Shop;
let commits: ProductionCommits;
let site: Site;
let plane: ControlPlane;
beforeAll(async () => {
  ({ shop, commits } = await makeProductionShop());
});
afterAll(() => shop.remove());
/** Of each site's own: a branch of the repository would be where the next production begins. */
const releases = async () => ({ forward: async () => 'moved' as const, tag: async () => 'production-1' });
const equip: Equip = () => ({ drivers: {}, ports: { releases } });
beforeEach(async () => {
  site = await makeSite(inject('postgresUrl'), shop, equip);
  plane = await site.start();
  await configure();
  await open(plane);
  await plane.drain();
});
afterEach(() => site.remove());

const configure = async (watch = '{}'): Promise<void> => {
  const { db } = plane.slipway;
  const parsed = parseProjectConfig(`version: 1
name: shop
odoo: { series: '19.0', addons: [addons] }
stages: { production: { target: docker, branch: production, backup: false, drain: 1s, watch: ${watch} } }
notify: { channels: { all: { kind: webhook } } }
`);
  if (!parsed.ok) throw new Error(`the test has a wrong slipway.yaml: ${JSON.stringify(parsed)}`);
  await saveProject(db, { ...(await projectByName(db, 'shop')), config: parsed.config });
};

/** What the version before did in the hour before the deployment begins. */
const busyBefore = async (requests = 600, milliseconds = 100): Promise<void> => {
  await query(plane.slipway.db, `update ops.deployments set switched_at = switched_at - interval '2 hours'`);
  await measure(-20 * MINUTE, { requests, milliseconds });
};
/** What the edge counted in ten seconds, `away` from now. */
const measure = async (
  away: number,
  { requests, errors = 0, milliseconds = 100 }: { requests: number; errors?: number; milliseconds?: number },
): Promise<void> => {
  const latencies = new Array<number>(LATENCY_PLACES).fill(0);
  latencies[latencyPlace(milliseconds)] = requests;
  const at = new Date(Math.floor((site.clock.now().getTime() + away) / 10_000) * 10_000).toISOString();
  await query(
    plane.slipway.db,
    `insert into ops.edge_measures (environment, at, requests, server_errors, latencies) values ($1, $2, $3, $4, $5)`,
    [ID, at, requests, errors, latencies],
  );
};
/** Odoo writes an error into its log, as it does. */
const fails = (slot: 'blue' | 'green' | 'cron', text: string, times = 3, logger = 'odoo.http'): void => {
  const at = site.clock.now().toISOString();
  for (let time = 0; time < times; time++)
    site.world.containers.get(`${ID}/${slot}`)?.said.push({
      at,
      line: `${at.slice(0, 10)} ${at.slice(11, 19)},123 1 ERROR odoo_production ${logger}: ${text}`,
    });
};
const cronFails = (times: number): void => {
  fails('cron', "Job 'Nightly sums' (12) server action #90 failed", times, 'odoo.addons.base.models.ir_cron');
};
const deploy = async (what = deployCode): Promise<string> => {
  const run = await what(plane, site, commits);
  await plane.drain();
  return run;
};
const pass = (minutes: number): void => site.clock.advance(minutes * MINUTE);
const look = (on: ControlPlane = plane): Promise<void> => watchProductions(on.slipway, never);
const watched = () => lastWatchView(plane.slipway.db, ID);
const runs = async () => (await runStates(plane)).filter((line) => !line.startsWith('open-'));
const told = () =>
  query<{ kind: string; notice: { title: string; facts: Record<string, string> } }>(
    plane.slipway.db,
    'select kind, notice from ops.notices order by sequence',
  );
const serves = async () =>
  (await query<{ sha: string }>(plane.slipway.db, 'select live_sha as sha from ops.environments'))[0]?.sha;

describe('A version that is no worse', () => {
  test('is watched for a quarter of an hour, and kept', async () => {
    await busyBefore();
    const deployment = await deploy();
    expect(await watched()).toMatchObject({ deployment, state: 'watching', compared: null });
    pass(2);
    await measure(-30_000, { requests: 100 });
    await look();
    expect(await watched()).toMatchObject({ state: 'watching', why: [], compared: { present: { requests: 100 } } });
    pass(14);
    await look();

    expect(await watched()).toMatchObject({
      ...{ state: 'kept', why: [], remarks: [], reason: null },
      compared: { before: { requests: 600, serverErrors: 0, p95: 114 }, present: { requests: 100 } },
    });
    await look();
    expect(await runs()).toEqual(['deploy-production succeeded']);
    const audit = await query(
      plane.slipway.db,
      `select who, result from ops.audit_log where what = 'production.watch'`,
    );
    expect(audit).toEqual([{ who: 'slipway watch', result: 'kept' }]);
  });

  test('fails as the one before did, also in the container that is gone', async () => {
    fails('blue', 'Exception during request handling.', 4);
    cronFails(3);
    await deploy();
    fails('green', 'Exception during request handling.', 40);
    cronFails(5);
    pass(16);
    await look();

    expect(await watched()).toMatchObject({ state: 'kept', why: [] });
  });

  test('is compared with what served since people last went back', async () => {
    await deploy();
    await rollBack(plane);
    await plane.drain();
    await query(plane.slipway.db, `update ops.deployments set switched_at = switched_at - interval '10 minutes'`);
    await measure(-15 * MINUTE, { requests: 500, errors: 500 });
    await measure(-5 * MINUTE, { requests: 70 });
    await deploy();
    await look();

    expect(await watched()).toMatchObject({ compared: { before: { requests: 70, serverErrors: 0 } } });
  });

  test('is not judged by numbers that nobody has: only by its log, and that is said', async () => {
    await deploy();
    pass(2);
    await measure(-30_000, { requests: 200, errors: 100, milliseconds: 9000 });
    pass(14);
    await look();

    const view = await watched();
    expect(view).toMatchObject({ state: 'kept', why: [] });
    expect(view?.remarks.join('\n')).toContain('only logs and scheduled actions are compared');
  });

  test('is not blamed for a database server that went away', async () => {
    await busyBefore();
    await deploy();
    pass(3);
    fails('green', 'bad query: SELECT 1\nERROR: server closed the connection unexpectedly', 1, 'odoo.sql_db');
    fails('green', 'psycopg2.InterfaceError: connection already closed', 30);
    await measure(0, { requests: 100, errors: 90 });
    pass(13);
    await look();

    const view = await watched();
    expect(view).toMatchObject({ state: 'kept', why: [], compared: { present: { requests: 0, kinds: 0 } } });
    expect(view?.remarks.join('\n')).toContain('PostgreSQL was away');
  });

  test('has time to fill its caches', async () => {
    await busyBefore();
    await deploy();
    pass(0.4);
    await measure(0, { requests: 100, milliseconds: 4000 });
    pass(2);
    await measure(0, { requests: 100 });
    pass(1);
    await look();

    expect(await watched()).toMatchObject({ state: 'watching', why: [] });
  });
});

describe('A version that is worse', () => {
  const reasons: readonly (readonly [string, () => Promise<void>, RegExp])[] = [
    [
      'new errors',
      async () => fails('green', 'Exception during request handling.'),
      /an error that was not there before, 3 times/,
    ],
    ['failing answers', () => measure(0, { requests: 100, errors: 20 }), /20 of 100 requests answered 500 or above/],
    ['slow answers', () => measure(0, { requests: 100, milliseconds: 3000 }), /p95 \d+ ms over 100 requests/],
    ['failing scheduled actions', async () => cronFails(2), /scheduled action "Nightly sums" failed 2 times/],
  ];

  test.each(reasons)('for its %s is rolled back by itself, once', async (about, happens, why) => {
    const before = await serves();
    await busyBefore();
    const deployment = await deploy();
    pass(2);
    await happens();
    pass(1);
    await look();
    await look();

    expect(await watched()).toMatchObject({ deployment, state: 'rolling-back', why: [expect.stringMatching(why)] });
    await plane.drain();
    await look();
    expect(await runs()).toEqual(['deploy-production succeeded', 'rollback-production succeeded']);
    expect(await serves()).toBe(before);
    expect((await watched())?.state).toBe('rolled-back');
    const news = (await told()).map(({ kind, notice }) => [kind, notice.facts['What'] ?? notice.facts['Asked for by']]);
    expect(news).toEqual(
      expect.arrayContaining([
        ['deployment-failed', about],
        ['deployment-rolled-back', 'slipway watch'],
      ]),
    );
  });

  test('leaves what was compared, and the account of it, with the evidence of going back', async () => {
    const sha = commits.code;
    const deployment = await deploy();
    pass(2);
    fails('green', 'Exception during request handling.');
    await look();
    await plane.drain();
    const rollback = (await watched())?.rollback ?? '';

    expect(await evidenceOf(plane, rollback)).toEqual(
      expect.arrayContaining(['watch/judgement.json', 'postmortem.md']),
    );
    for (const run of [deployment, rollback]) {
      const { markdown } = await postmortemOf(plane.slipway, run);
      expect(markdown).toContain(`deploy-production of ${ID} failed`);
      expect(markdown).toContain('Failed at step `watch` with `deployment-worse`');
      expect(markdown).toMatch(/\| `route-to-green` \|[\s\S]+\| `watch` \|[\s\S]+\| `route-to-blue` \|/);
      expect(markdown).toContain('an error that was not there before, 3 times: odoo.http');
    }
    const [, live] = await deployments(plane.slipway.db, ID);
    expect(live).toMatchObject({ id: deployment, status: 'succeeded' });
    const statuses = (await productionStatuses(plane.slipway.db))[0]?.statuses ?? [];
    expect(statuses.map(({ sha: of, state, description }) => [of === sha, state, description])).toEqual([
      [true, 'failure', 'Rolled back by itself, it was worse than before: new errors'],
      [false, 'success', 'Live in production'],
    ]);
    const { db, evidenceFolder: folder, evidenceSigning: signing } = plane.slipway;
    expect(await verifyEvidence({ db, folder, signing })).toMatchObject({ ok: true });
  });

  test('with a database of its own is never rolled back by itself: people are told what to ask', async () => {
    await deploy(migrate);
    pass(2);
    fails('green', 'Exception during request handling.', 50);
    await look();
    await look();
    await plane.drain();

    expect(await watched()).toMatchObject({
      ...{ state: 'told', rollback: null, why: [expect.stringContaining('50 times')] },
      reason: expect.stringContaining('would lose what was written since'),
    });
    expect(await runs()).toEqual(['deploy-production succeeded']);
    const worse = (await told()).filter(({ kind }) => kind === 'deployment-failed');
    expect(worse).toHaveLength(1);
    expect(Object.values(worse[0]?.notice.facts ?? {})).toContain('slipway rollback --dry-run --project shop');
    expect(JSON.stringify(worse)).not.toContain('Exception');
  });

  test('is only told of where that is wished', async () => {
    await configure('{ rollback: false, new_errors: 2 }');
    await deploy();
    pass(2);
    fails('green', 'Exception during request handling.', 2);
    await look();

    expect(await watched()).toMatchObject({ state: 'told', reason: 'stages.production.watch.rollback is off' });
    expect(await runs()).toEqual(['deploy-production succeeded']);
  });

  test('is only told of when nobody looked while it was time', async () => {
    await deploy();
    fails('green', 'Exception during request handling.');
    pass(120);
    await look();

    expect(await watched()).toMatchObject({ state: 'told', reason: 'nobody looked while it was time' });
  });

  test('goes on serving when the one before does not start any more, and that is told as well', async () => {
    await deploy();
    fails('green', 'Exception during request handling.');
    await look();
    site.world.mood = (job, _, slot) => (job === 'boot' && slot === 'blue' ? 'boot-fails' : 'clean');
    await plane.drain();
    await look();

    expect((await watched())?.state).toBe('rollback-failed');
    expect(await runs()).toEqual(['deploy-production succeeded', 'rollback-production failed']);
    expect(await serves()).toBe(commits.code);
    const titles = (await told()).filter(({ kind }) => kind === 'deployment-failed').map(({ notice }) => notice.title);
    expect(titles).toEqual([
      expect.stringMatching(/is worse with \w{12} than before: it is rolled back/),
      'rollback-production of shop/production failed',
    ]);
  });

  test('is not taken back by a run whose turn comes when something else serves', async () => {
    const [first] = await deployments(plane.slipway.db, ID);
    await deploy();
    const late = await requestRollback(plane.slipway, {
      ...{ project: 'shop', to: first?.id ?? '', from: 'run_of_a_former_release', requestedBy: 'slipway watch' },
      confirmed: false,
    });
    await plane.drain();

    const [run] = await query(
      plane.slipway.db,
      `select state, failure ->> 'code' as code from ops.runs where id = $1`,
      [late],
    );
    expect(run).toEqual({ state: 'failed', code: 'rollback-none' });
    expect(await serves()).toBe(commits.code);
  });
});

describe('Nothing is watched', () => {
  test.each(['off', '0s'])('where the configuration says %s', async (time) => {
    await configure(`{ for: ${time} }`);
    const deployment = await deploy();

    expect(await watched()).toBeNull();
    const steps = await query(plane.slipway.db, `select 1 from ops.steps where run = $1 and kind = 'note-baseline'`, [
      deployment,
    ]);
    expect(steps).toEqual([]);
  });

  test('after going back', async () => {
    await deploy();
    await rollBack(plane);
    await plane.drain();
    await look();

    const all = await query(plane.slipway.db, 'select state, reason from ops.production_watches');
    expect(all).toMatchObject([{ state: 'ended', reason: expect.stringMatching(/rollback-production .* by mona/) }]);
  });

  test('any more once it is switched off', async () => {
    await deploy();
    await configure('{ for: off }');
    fails('green', 'Exception during request handling.');
    await look();

    expect(await watched()).toMatchObject({ state: 'ended', reason: 'watching was switched off' });
  });

  test.each([
    ['another deployment', migrate],
    ['a rollback', rollBack],
  ] as const)('any more once %s was asked for', async (_, ask) => {
    await deploy();
    fails('green', 'Exception during request handling.');
    await (ask as typeof migrate)(plane, site, commits);
    await look();

    expect((await watched())?.state).toBe('ended');
    expect((await runs()).filter((line) => line.startsWith('rollback'))).toHaveLength(ask === rollBack ? 1 : 0);
  });

  test('less because its containers were started again', async () => {
    await deploy();
    await requestStart(plane.slipway, 'shop', 'slipway: it did not run');
    await plane.drain();
    await look();

    expect((await watched())?.state).toBe('watching');
  });
});

test('A log that cannot be read makes neither a deployment nor a version a bad one', async () => {
  const { workload } = plane.slipway.ports;
  const logs = workload.logs;
  let away = true;
  plane.drivers.workload.logs = (...asked) => {
    if (away && asked[1].tail > 100_000) throw new Error('an unknown log driver');
    return logs(...asked);
  };
  Object.assign(plane.slipway.ports, { workload: plane.drivers.workload });
  await deploy();
  expect(await runs()).toEqual(['deploy-production succeeded']);
  pass(3);
  await look();
  expect((await watched())?.state).toBe('watching');
  away = false;
  fails('green', 'Exception during request handling.');
  await look();

  expect(await watched()).toMatchObject({ state: 'kept', compared: null });
  expect((await watched())?.remarks.join('\n')).toContain('nothing served before');
});

/** A look, and what it asks for, as one process does it. */
const watchAndGoBack = async (on: ControlPlane): Promise<void> => {
  await watchProductions(on.slipway, never);
  await on.drain();
};

/** Where a process may die: before the log of each container is read, in the middle of its decision, and after each write. */
const dying = (where: Site, on: ControlPlane, at: (point: string) => Promise<unknown>): void => {
  where.world.fault = async ({ method, when }) => {
    if (method === 'workload.state' && when === 'before') await at('reads');
  };
  const { newId } = on.slipway;
  let asked = false;
  Object.assign(on.slipway, {
    // A name for the run that goes back is wanted within the transaction; what it does next never happens.
    newId: (kind: string) => {
      if (kind === 'run' && !asked) void at('decides');
      asked ||= kind === 'run';
      return newId(kind);
    },
  });
  on.life.wrote = async (statement) => {
    await at(statement);
  };
};

describe('A control plane that dies', () => {
  test('at any moment of a watch is followed by one that goes back, once', async () => {
    await busyBefore();
    await deploy();
    pass(2);
    fails('green', 'Exception during request handling.');
    const counting = await site.copy();
    const undisturbed = await counting.start();
    const points: string[] = [];
    dying(counting, undisturbed, async (point) => points.push(point));
    await watchAndGoBack(undisturbed);
    await counting.remove();
    expect(points).toEqual(expect.arrayContaining(['reads', 'decides', 'commit']));
    // All of the look, of the run that goes back each sixth: the rest of it is tried in test/chaos.
    const look = points.indexOf('commit') + 1;
    for (const at of points.keys()) {
      if (at > look && at % 6 > 0) continue;
      const copy = await site.copy();
      const victim = await copy.start();
      let met = 0;
      dying(copy, victim, async () => (met++ === at ? victim.kill() : undefined));
      await Promise.race([watchAndGoBack(victim), victim.died]);
      expect([at, points[at], victim.life.dead]).toEqual([at, points[at], true]);
      copy.world.fault = async () => undefined;
      await copy.expireLeases();
      const heir = await copy.start();
      await watchAndGoBack(heir);
      await watchAndGoBack(heir);
      expect((await runStates(heir)).slice(1)).toEqual([
        'deploy-production succeeded',
        'rollback-production succeeded',
      ]);
      const { state, rollback } = (await lastWatchView(heir.slipway.db, ID)) ?? {};
      expect(state).toBe('rolled-back');
      const kept = (await evidenceOf(heir, rollback ?? '')).filter((path) => /watch|postmortem/.test(path));
      expect(kept.sort()).toEqual(['postmortem.md', 'watch/judgement.json']);
      await copy.remove();
    }
  }, 300_000);

  test('beside another one that looks at the same time goes back once', async () => {
    await deploy();
    pass(2);
    fails('green', 'Exception during request handling.');
    const other = await site.start();
    await Promise.all([look(), look(other), look(), look(other)]);
    await plane.drain();

    expect(await runs()).toEqual(['deploy-production succeeded', 'rollback-production succeeded']);
  });
});
