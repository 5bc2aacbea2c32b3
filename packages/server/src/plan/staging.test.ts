import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { smokeSection } from '@slipway/contracts/smoke-config';
import { describe, expect, test } from 'vitest';
import { type Plan, pointOfNoReturn, printPlan } from './plan.ts';
import { planDeploy, planWake } from './preview.ts';
import type { EnvironmentFacts } from './preview-facts.ts';
import { planRehearsal } from './rehearsal.ts';
import { planDrill, planRefresh, planSnapshot, type RefreshFacts, type SnapshotFacts } from './staging.ts';

const GOLDEN = join(import.meta.dirname, '../../../../test/plans');

const facts: EnvironmentFacts = {
  project: 'shop',
  environment: 'shop/staging',
  stage: 'staging',
  host: 'staging.localhost',
  url: 'http://staging.localhost:8080',
  database: 'odoo_staging',
  role: 'odoo_staging',
  series: '19.0',
  build: 'bld_1',
  base: { reference: 'odoo:19.0', digest: 'sha256:base' },
  image: {
    sha: 'head',
    packages: [],
    requirements: [],
    addons: ['addons'],
    roots: ['addons'],
    lockHash: 'lock',
    contentHash: 'content',
    reference: 'slipway/shop:sha-head',
  },
  change: { action: 'update', changes: [], update: ['shop_order'], install: [] },
  modules: ['shop_order'],
  wanted: ['shop_order'],
  existing: null,
  settings: {
    demo: false,
    testTags: null,
    guards: 'report',
    memoryBytes: 2 ** 30,
    cpus: 1,
    workers: 0,
    bootSeconds: 120,
    updateSeconds: 900,
    variables: {},
    secretNames: [],
    parameters: {},
    outside: [],
  },
};

const make: SnapshotFacts = {
  write: {
    project: 'shop',
    environment: 'shop/production',
    snapshot: 'snap_1',
    kind: 'sanitised',
    reason: 'manual',
    series: '19.0',
    database: 'DATABASE_URL',
    filestore: null,
    store: { kind: 'folder' },
    rules: { columns: {}, tables: {}, keepAttachments: [], unknown: 'fail' },
    acceptDrift: false,
  },
  keep: {
    project: 'shop',
    pruner: 'snap_1',
    store: { kind: 'folder' },
    keepSanitised: 3,
    keepRaw: { daily: 7, weekly: 4, monthly: 3 },
  },
};

const template = { key: 'copy-snap-1', database: 'tpl_copy', role: 'tpl_copy', ready: false, fresh: null };
const refresh: RefreshFacts = { snapshot: 'snap_1', make: null, recover: null, store: { kind: 'folder' }, template };
const existing = { slot: 'blue', image: 'slipway/shop:sha-former', awake: true, facts } as const;

const rehearsed = {
  facts: {
    ...{ ...facts, environment: 'shop/rehearsal', database: 'odoo_rehearsal', role: 'odoo_rehearsal' },
    smoke: smokeSection.parse({}),
  },
  release: { image: facts.image.reference, imageDigest: 'sha256:proved' },
  invariants: [],
};

const kinds = (plan: Plan): string[] => plan.steps.map(({ kind }) => kind);

describe('plans about data', () => {
  const plans: readonly (readonly [string, Plan])[] = [
    ['snapshot', planSnapshot(make)],
    ['refresh-first', planRefresh(facts, { ...refresh, make }, null)],
    ['refresh', planRefresh(facts, refresh, existing)],
    ['restore', planRefresh(facts, { ...refresh, template: null }, existing)],
    [
      'drill',
      planDrill(
        { ...facts, environment: 'shop/drill', database: 'odoo_drill', role: 'odoo_drill' },
        { ...refresh, template: null },
      ),
    ],
    ['rehearsal', planRehearsal({ ...rehearsed, data: { ...refresh, make, template: null } })],
    ['rehearsal-copy', planRehearsal({ ...rehearsed, data: refresh })],
  ];

  test.each(plans)('%s is as it was looked at', (name, plan) => {
    const file = join(GOLDEN, `${name}.plan`);
    const text = `${printPlan(plan)}\n`;
    if (process.env['UPDATE_PLANS'] === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  test.each(plans.filter(([name]) => name !== 'snapshot'))(
    '%s starts no Odoo before its data is switched off and looked at',
    (_, plan) => {
      const first = kinds(plan).findIndex((kind) => ['update-modules', 'boot-slot', 'probe-database'].includes(kind));
      const before = kinds(plan).slice(0, first);
      expect(before.indexOf('neutralise-database')).toBeGreaterThan(-1);
      expect(before.lastIndexOf('validate-database')).toBeGreaterThan(before.lastIndexOf('neutralise-database'));
    },
  );

  test.each(plans.filter(([name]) => name.startsWith('refresh') || name === 'restore'))(
    '%s is probed before it serves',
    (_, plan) => {
      expect(kinds(plan).indexOf('probe-database')).toBeGreaterThan(-1);
      expect(kinds(plan).indexOf('probe-database')).toBeLessThan(kinds(plan).indexOf('boot-slot'));
    },
  );

  test('staging is smoke-tested where nobody is yet, before its route is switched, and not when it is put back', () => {
    const tested = { ...facts, smoke: smokeSection.parse({ paths: [{ path: '/api/v1/health' }] }) };
    const plans = [
      planRefresh(tested, refresh, null),
      planRefresh(tested, refresh, { ...existing, facts: tested }),
      planDeploy(tested, { ...existing, facts: tested }),
      planDeploy({ ...tested, change: { ...tested.change, update: [] } }, { ...existing, facts: tested }),
    ];
    for (const plan of plans) {
      const at = kinds(plan).indexOf('smoke-slot');
      expect(kinds(plan).slice(at - 1, at + 2)).toEqual(['await-ready', 'smoke-slot', 'switch-route']);
      expect(plan.steps[at]?.input).toMatchObject({ stage: 'staging', sha: 'head', expectedModules: ['shop_order'] });
      expect(plan.cleanUp.map(({ kind }) => kind)).not.toContain('smoke-slot');
    }
    expect(kinds(planWake(tested, 'blue', 'slipway/shop:sha-head'))).not.toContain('smoke-slot');
  });

  test('a preview is never smoke-tested: its start is measured', () => {
    const preview = { ...facts, stage: 'preview' as const, smoke: smokeSection.parse({}) };
    expect(kinds(planDeploy(preview, existing))).not.toContain('smoke-slot');
  });

  test('the former staging is not touched before the next one is proved, and is put back when it does not start', () => {
    const plan = planRefresh(facts, refresh, existing);
    const hold = kinds(plan).indexOf('set-route');
    expect(kinds(plan).slice(0, hold)).not.toContain('remove-slot');
    expect(kinds(plan).slice(0, hold)).not.toContain('take-over-database');
    expect(plan.cleanUp.map(({ kind }) => kind)).toContain('put-back-database');
    expect(plan.steps.slice(pointOfNoReturn(plan)).map(({ kind }) => kind)).toEqual([
      'drop-database',
      'prune-filestore',
      'check-repository',
    ]);
  });

  test('a backup never becomes a template, and its files do not stay where they landed', () => {
    const plan = planRefresh(facts, { ...refresh, template: null }, existing);
    expect(kinds(plan)).not.toContain('ensure-copy');
    const landing = plan.steps.filter(({ kind }) => kind === 'remove-filestore').map(({ input }) => input);
    expect(landing).toEqual([{ owner: 'shop/staging-landing' }, { owner: 'shop/staging-landing' }]);
  });

  test.each(['drill', 'rehearsal', 'rehearsal-copy'])('a %s leaves nothing and never takes a route', (which) => {
    const plan = plans.find(([name]) => name === which)?.[1] as Plan;
    expect(kinds(plan)).not.toContain('switch-route');
    expect(kinds(plan).at(-1)).toBe('forget-secrets');
    expect(plan.cleanUp.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['drop-database', 'remove-filestore']));
  });

  test('a rehearsal builds nothing, and updates between two measurements of the same figures', () => {
    const plan = planRehearsal({ ...rehearsed, data: refresh });
    expect(kinds(plan)).not.toContain('build-image');
    const at = kinds(plan).indexOf('update-modules');
    expect(kinds(plan).slice(at - 2, at + 3)).toEqual([
      ...['measure-tables', 'measure-invariants', 'update-modules', 'compare-invariants', 'measure-tables'],
    ]);
    expect(plan.steps[at]?.input).toMatchObject({ watched: true, testTags: null });
    expect(plan.steps[at + 1]?.input).toMatchObject({ broken: 'tell' });
  });

  test('a rehearsal of code alone starts it and asks it, and measures nothing', () => {
    const { change } = rehearsed.facts;
    const code = { ...rehearsed.facts, change: { ...change, action: 'restart' as const, update: [], install: [] } };
    const plan = planRehearsal({ ...rehearsed, facts: code, data: refresh });
    expect(kinds(plan)).toEqual(expect.arrayContaining(['boot-slot', 'await-ready', 'smoke-slot']));
    expect(kinds(plan).some((kind) => /update|measure|compare/.test(kind))).toBe(false);
  });
});
