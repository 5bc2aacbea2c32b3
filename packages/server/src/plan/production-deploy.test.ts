import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { smokeSection } from '@slipway/contracts/smoke-config';
import { describe, expect, test } from 'vitest';
import { forecastOf } from '../domain/forecast.ts';
import { type Plan, pointOfNoReturn, printPlan } from './plan.ts';
import type { EnvironmentFacts } from './preview-facts.ts';
import { type Deployment, planDeployProduction } from './production-deploy.ts';
import { type Maintenance, planMaintenance } from './production-maintenance.ts';
import { planOpenProduction } from './production-open.ts';
import { planRollbackProduction, planStartProduction } from './production-rollback.ts';
import type { Version } from './production-version.ts';
import type { SnapshotFacts } from './staging.ts';

const GOLDEN = join(import.meta.dirname, '../../../../test/plans');
const [A, B] = ['odoo_production', 'odoo_production_b'];

const facts: EnvironmentFacts = {
  project: 'shop',
  environment: 'shop/production',
  stage: 'production',
  host: 'production.localhost',
  url: 'http://production.localhost:8080',
  database: A,
  role: A,
  series: '19.0',
  build: 'bld_1',
  base: { reference: 'odoo:19.0', digest: 'sha256:base' },
  image: {
    sha: 'former',
    packages: [],
    requirements: [],
    addons: ['addons'],
    roots: ['addons'],
    lockHash: 'lock',
    contentHash: 'content',
    reference: 'slipway/shop:sha-former',
  },
  change: { action: 'restart', changes: [], update: [], install: [] },
  modules: ['shop_order'],
  wanted: ['shop_order'],
  existing: null,
  settings: {
    demo: false,
    testTags: null,
    guards: 'report',
    memoryBytes: 2 ** 30,
    cpus: 1,
    workers: 2,
    bootSeconds: 120,
    updateSeconds: 900,
    variables: {},
    secretNames: [],
    parameters: {},
    outside: 'anything',
  },
  smoke: smokeSection.parse({}),
};
const migrating: EnvironmentFacts = {
  ...facts,
  database: B,
  image: { ...facts.image, sha: 'head', reference: 'slipway/shop:sha-head' },
  change: { action: 'update', changes: [], update: ['shop_order'], install: [] },
};
const codeOnly: EnvironmentFacts = { ...migrating, database: A, change: facts.change };

const parts = { copySeconds: 20, updateSeconds: 50, figuresSeconds: 3, bootSeconds: 15, smokeSeconds: 5 };
const settings = { drainSeconds: 30, cronThreads: 2 };
const former: Version = { facts, slot: 'blue' };
const next = (of: EnvironmentFacts): Version => ({ facts: of, slot: 'green' });
const written = ({ backup }: Deployment): SnapshotFacts => {
  if (backup === null) throw new Error('the test has no backup');
  return backup;
};
const deployment = (of: EnvironmentFacts): Deployment => ({
  next: next(of),
  former,
  release: {
    ...{ sha: 'head', build: 'bld_0', image: 'slipway/shop:sha-head', imageDigest: 'sha256:head' },
    ...{ lockHash: 'lock', contentHash: 'content' },
  },
  backup: {
    write: {
      ...{ project: 'shop', environment: 'shop/production', snapshot: 'snap_1', kind: 'raw', reason: 'deployment' },
      ...{ series: '19.0', database: 'DATABASE_URL', filestore: null, store: { kind: 'folder' }, acceptDrift: true },
      rules: { columns: {}, tables: {}, keepAttachments: [], unknown: 'fail' },
    },
    keep: {
      ...{ project: 'shop', pruner: 'snap_1', store: { kind: 'folder' }, keepSanitised: 3 },
      keepRaw: { daily: 7, weekly: 4, monthly: 3 },
    },
  },
  settings,
  watched: true,
  forecast: forecastOf(parts, 'guess', null),
  invariants: [],
  mark: { project: 'shop', branch: 'main', sha: 'head', tag: 'production-2026-11-21', message: 'Serves head' },
});

const inPlace: EnvironmentFacts = { ...migrating, database: A };
const maintenance: Maintenance = {
  ...deployment(inPlace),
  last: {
    write: { ...written(deployment(inPlace)).write, snapshot: 'snap_1_last' },
    keep: { ...written(deployment(inPlace)).keep, pruner: 'snap_1_last' },
  },
  ...{ readOnlySeconds: 40, awaySeconds: 75, roomForTwo: false },
};

const template = null;
const backup = { snapshot: 'snap_1', make: null, recover: null, store: { kind: 'folder' }, template } as const;
const plans = {
  'production-open': planOpenProduction(facts, settings, { also: [] }),
  'production-open-backup': planOpenProduction({ ...facts, change: migrating.change }, settings, { from: backup }),
  'production-code': planDeployProduction(deployment(codeOnly)),
  'production-migration': planDeployProduction(deployment(migrating)),
  'production-maintenance': planMaintenance(maintenance),
  'production-rollback': planRollbackProduction({ back: former, now: next(codeOnly), settings }),
  'production-rollback-migration': planRollbackProduction({ back: former, now: next(migrating), settings }),
  'production-start': planStartProduction(former, settings),
};
const all: readonly (readonly [string, Plan])[] = Object.entries(plans);
const changing = all.filter(([name]) => name !== 'production-start');

const names = ({ steps }: Pick<Plan, 'steps'>): string[] => steps.map(({ name }) => name);
const kinds = ({ steps }: Pick<Plan, 'steps'>): string[] => steps.map(({ kind }) => kind);
/** Each of these comes after the one before it. */
const expectOrder = (found: readonly string[], ...wanted: readonly string[]): void =>
  expect(found.filter((name) => wanted.includes(name))).toEqual(wanted);

describe('plans about a production that Slipway runs', () => {
  test.each(all)('%s is as it was looked at', (name, plan) => {
    const file = join(GOLDEN, `${name}.plan`);
    const text = `${printPlan(plan)}\n`;
    if (process.env['UPDATE_PLANS'] === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  test.each(changing.filter(([name]) => !name.includes('open')))(
    '%s sends nobody to a version that was not proved where nobody is',
    (_, plan) => expectOrder(kinds(plan), 'boot-slot', 'await-ready', 'smoke-slot', 'switch-route'),
  );

  test('a deployment begins with the image that was proved, and with a backup', () => {
    for (const plan of [plans['production-code'], plans['production-migration']])
      expect(names(plan).slice(0, 3)).toEqual(['require-artifact', 'back-up', 'prune-backups']);
  });

  test('code alone touches no database and holds no request', () => {
    for (const plan of [plans['production-code'], plans['production-rollback']]) {
      const every = [...plan.steps, ...plan.cleanUp].map(({ kind }) => kind);
      for (const kind of ['drop-database', 'clone-database', 'freeze-writes', 'update-modules', 'set-route'])
        expect(every).not.toContain(kind);
    }
  });

  test('nobody writes between the copy of a database and the switch to it, and no scheduled action runs', () => {
    const found = names(plans['production-migration']);
    expectOrder(
      found,
      ...['stop-cron', 'hold-requests', 'freeze-writes', 'copy-database', 'serve-reads', 'open-copy'],
      ...['measure-before', 'update-modules', 'compare-figures', 'boot-green', 'hold-for-switch', 'move-sessions'],
      ...['route-to-green', 'start-cron', 'stop-blue', 'move-branch'],
    );
    const back = names(plans['production-rollback-migration']);
    expectOrder(
      back,
      ...['thaw-writes', 'boot-blue', 'stop-cron', 'hold-for-switch', 'freeze-writes', 'move-sessions'],
      ...['route-to-blue', 'start-cron', 'stop-green'],
    );
  });

  test('the database that serves is never updated, opened or dropped by a deployment; a failed one opens it again', () => {
    const { steps, cleanUp } = plans['production-migration'];
    const touching = (of: Plan['steps'], ...which: readonly string[]) =>
      of.filter(({ kind }) => which.includes(kind)).map(({ input }) => (input as { database: string }).database);
    expect(touching(steps, 'drop-database', 'thaw-writes')).toEqual([B, B]);
    expect(steps.find(({ kind }) => kind === 'update-modules')?.input).toMatchObject({ odoo: { database: B } });
    expect(touching(cleanUp, 'thaw-writes')).toEqual([A]);
    expect(touching(cleanUp, 'drop-database')).toEqual([B]);
  });

  test('a copy that was not begun is not removed: until then its name is the way back', () => {
    const drop = plans['production-migration'].cleanUp.find(({ kind }) => kind === 'drop-database');
    expect(drop?.input).toEqual({ database: B, after: 'clear-copy' });
    expect(names(plans['production-migration'])).toContain('clear-copy');
    const attachments = plans['production-migration'].cleanUp.at(-1);
    expect(attachments).toMatchObject({ kind: 'drop-attachments', input: { database: B, after: 'clear-copy' } });
  });

  test('after the switch nothing is taken back', () => {
    for (const name of ['production-code', 'production-migration'] as const) {
      const plan = plans[name];
      const after = plan.steps.slice(pointOfNoReturn(plan)).map((step) => step.name);
      expect(after).toEqual(['start-cron', 'drain-blue', 'stop-blue', 'move-branch']);
    }
  });

  test.each(changing.filter(([name]) => !name.includes('open')))(
    '%s that fails ends with what served, its scheduled actions too',
    (_, { cleanUp }) => {
      const put = cleanUp.map(({ kind }) => kind);
      expectOrder(put, 'boot-slot', 'await-ready', 'switch-route', 'boot-cron');
    },
  );

  test('a database is updated in place only when all that was saved is in a backup that was read through, and nobody is let in', () => {
    const plan = plans['production-maintenance'];
    expectOrder(
      names(plan),
      ...['require-artifact', 'back-up', 'stop-cron', 'freeze-writes', 'serve-reads', 'back-up-last', 'verify-backup'],
      ...['measure-before', 'maintenance-page', 'stop-blue', 'open-for-update', 'update-modules', 'compare-figures'],
      ...['boot-green', 'await-green', 'smoke-green', 'route-to-green', 'start-cron', 'move-branch'],
    );
    expect(kinds(plan)).not.toContain('clone-database');
  });

  test('what an update in place did is undone from that backup before the former version starts, and only if it was begun', () => {
    const { cleanUp } = plans['production-maintenance'];
    expectOrder(
      cleanUp.map(({ kind }) => kind),
      ...['remove-slot', 'bring-back-database', 'thaw-writes', 'boot-slot', 'switch-route', 'boot-cron'],
    );
    const back = cleanUp.find(({ kind }) => kind === 'bring-back-database');
    expect(back?.input).toMatchObject({
      snapshot: 'snap_1_last',
      database: A,
      beside: `${A}_next`,
      after: 'open-for-update',
    });
  });

  test('a production that could not be opened keeps its secrets: the key of its backups is one of them', () => {
    expect(plans['production-open'].cleanUp.map(({ kind }) => kind)).not.toContain('forget-secrets');
  });
});
