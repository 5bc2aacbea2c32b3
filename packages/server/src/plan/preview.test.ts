import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { classifyChanges } from '../odoo/classify-changes.ts';
import { type Plan, pointOfNoReturn, printPlan } from './plan.ts';
import { planClose, planPreview, planSleep, planWake } from './preview.ts';
import type { ImageFacts, PreviewFacts } from './preview-facts.ts';

const GOLDEN = join(import.meta.dirname, '../../../../test/plans');

const image = (sha: string): ImageFacts => ({
  sha,
  packages: [],
  requirements: [],
  addons: ['addons'],
  roots: ['addons'],
  lockHash: 'lock',
  contentHash: `content-${sha}`,
  reference: `slipway/shop:sha-${sha}`,
});

const facts = (
  change: Partial<PreviewFacts['change']>,
  existing: PreviewFacts['existing'],
  sha = 'head',
): PreviewFacts => ({
  project: 'shop',
  environment: 'shop/pr-1',
  stage: 'preview',
  number: 1,
  host: 'pr-1-feature.localhost',
  url: 'http://pr-1-feature.localhost:8080',
  database: 'odoo_pr_1',
  role: 'odoo_pr_1',
  series: '19.0',
  build: 'bld_1',
  base: { reference: 'odoo:19.0', digest: 'sha256:base' },
  image: image(sha),
  template: {
    key: 'key',
    database: 'template',
    role: 'template',
    fresh: { image: image('main'), install: ['shop_order'] },
    ready: existing !== null,
  },
  change: { action: 'nothing', changes: [], update: [], install: [], ...change },
  modules: ['shop_order'],
  wanted: ['shop_order'],
  existing,
  fresh: false,
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
    outside: [],
    parameters: {},
  },
});

const awake = { slot: 'blue', image: 'slipway/shop:sha-former', awake: true } as const;
const asleep = { ...awake, awake: false };
const former = facts({}, null, 'former');
const update = { action: 'update', update: ['shop_order'] } as const;

/** Whether tests are on decides between an update and a restart; the file is the same. */
const testsOnly = (tests: boolean): PreviewFacts => {
  const module = {
    name: 'shop_order',
    path: 'addons/shop_order',
    version: '1.0',
    depends: ['base'],
    installable: true,
  };
  const before = { hash: 'former', version: '1.0', files: { 'tests/test_order.py': 'former' } };
  const now = { ...module, autoInstall: false, hash: 'head', files: { 'tests/test_order.py': 'head' } };
  const change = classifyChanges({
    modules: [now],
    installed: { shop_order: before },
    wanted: ['shop_order'],
    repositoryChanged: true,
    tests,
  });
  const asked = facts(change, awake);
  return { ...asked, settings: { ...asked.settings, testTags: tests ? '/shop_order' : null } };
};

const PLANS: Readonly<Record<string, Plan>> = {
  open: planPreview(facts({ action: 'install', install: ['shop_order'] }, null)),
  fresh: planPreview({ ...facts(update, null), fresh: true }),
  update: planPreview(facts(update, awake), former),
  'update-asleep': planPreview(facts(update, asleep), former),
  'tests-only': planPreview(testsOnly(true), former),
  'tests-only-off': planPreview(testsOnly(false), former),
  restart: planPreview(facts({ action: 'restart' }, awake), former),
  close: planClose(facts({}, null)),
  sleep: planSleep({ environment: 'shop/pr-1', host: 'pr-1-feature.localhost', slot: 'blue' }),
  wake: planWake(former, 'blue', 'slipway/shop:sha-former'),
};

describe.each(Object.entries(PLANS))('The plan "%s"', (name, plan) => {
  test('is the one in test/plans; UPDATE_PLANS=1 writes it anew', () => {
    const file = join(GOLDEN, `${name}.plan`);
    const text = `${printPlan(plan)}\n`;
    if (process.env['UPDATE_PLANS'] === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  test('has a name for each step that no other has', () => {
    for (const steps of [plan.steps, plan.cleanUp])
      expect(new Set(steps.map((step) => step.name)).size).toBe(steps.length);
  });
});

test('Going back asks only for what the former commit had', () => {
  const added = {
    ...facts({ action: 'install', install: ['shop_extra'] }, awake),
    modules: ['shop_extra', 'shop_order'],
    wanted: ['shop_extra', 'shop_order'],
  };
  expect(JSON.stringify(planPreview(added, former).cleanUp)).not.toContain('shop_extra');
});

test('A run cannot be taken back once its route is switched, or once it began to close', () => {
  expect(['open', 'update', 'restart', 'wake'].map((name) => after(PLANS[name]))).toEqual([
    ['check-repository'],
    ['drop-old-database', 'check-repository'],
    ['drain-old-slot', 'remove-old-slot', 'check-repository'],
    [],
  ]);
  expect(['close', 'sleep'].map((name) => pointOfNoReturn(PLANS[name] as Plan))).toEqual([0, 0]);
});

const after = (plan: Plan | undefined): string[] =>
  plan === undefined ? [] : plan.steps.slice(pointOfNoReturn(plan)).map((step) => step.name);

const PLANNED = {
  opened: planPreview(facts({ action: 'install', install: ['shop_order'] }, null)),
  updated: planPreview(facts(update, awake), former),
  restarted: planPreview(facts({ action: 'restart' }, awake), former),
};

test.each(Object.entries(PLANNED))('The guards report on a preview that is %s once people are served', (_, plan) => {
  const names = plan.steps.map(({ name }) => name);

  expect(names.at(-1)).toBe('check-repository');
  // In the time in which Odoo starts, so that nobody waits for it to begin.
  expect(plan.steps[names.indexOf('expect-check') - 1]?.kind).toBe('boot-slot');
  expect(plan.steps[names.indexOf('expect-check') + 1]?.kind).toBe('await-ready');
});

test.each(Object.keys(PLANNED) as (keyof typeof PLANNED)[])(
  'Where they block, a preview that is %s begins with them, and asks them once',
  (name) => {
    const blocking = (of: PreviewFacts): PreviewFacts => ({ ...of, settings: { ...of.settings, guards: 'block' } });
    const plan = {
      opened: planPreview(blocking({ ...facts({ action: 'install', install: ['shop_order'] }, null), fresh: true })),
      updated: planPreview(blocking(facts(update, awake)), former),
      restarted: planPreview(blocking(facts({ action: 'restart' }, awake)), former),
    }[name];

    expect(plan.steps[0]).toMatchObject({ kind: 'check-repository', input: { sha: 'head', errors: 'block' } });
    expect(plan.steps.slice(1).filter(({ kind }) => /check/.test(kind))).toEqual([]);
  },
);

test('what slipway.yaml lets a preview reach is told to every Odoo that runs in its network', () => {
  const open = facts({ action: 'update', update: ['shop_order'] }, null);
  const plan = planPreview({ ...open, settings: { ...open.settings, outside: ['api.example.com'] } });

  const told = plan.steps.flatMap((step) => {
    const { odoo } = step.input as { odoo?: { owner: string; outside?: unknown } };
    return odoo === undefined ? [] : [[step.name, odoo.outside]];
  });

  expect(Object.fromEntries(told)).toMatchObject({
    'ensure-template': ['api.example.com'],
    'update-modules': ['api.example.com'],
    'boot-blue': ['api.example.com'],
  });
});
