import { describe, expect, it } from 'vitest';
import type { EnvironmentFacts } from '../plan/preview-facts.ts';
import type { StepRow } from '../store/journal.ts';
import { rehearsalReport } from './rehearsal-report.ts';

const facts = {
  change: { action: 'update', changes: [], update: ['shop_order'], install: ['shop_gift'] },
} as unknown as EnvironmentFacts;

const step = (kind: string, given: Partial<StepRow> = {}): StepRow => ({
  ...{ index: 0, name: kind, kind, state: 'done', attempts: 1, input: {}, receipt: {}, failure: null, note: null },
  ...{ startedAt: '', finishedAt: '', milliseconds: 1000 },
  ...given,
});

const locks = {
  ...{ samples: 40, everyMilliseconds: 200, waits: [] },
  held: [{ table: 'sale_order', mode: 'AccessExclusiveLock', seconds: 0.6, times: 1 }],
};
const side = { subject: 'odoo_rehearsal', takenAt: '' };
const broken = [{ id: 'stock', title: '', means: '', says: 'Stock was 3, is 2' }];
const updated = {
  ...{ verdict: 'yellow', errors: [], warnings: ['a field without a label'], locks },
  modules: [
    { name: 'shop_order', seconds: 1.2 },
    { name: 'shop_loyalty', seconds: 0.3 },
  ],
};
const whole: readonly StepRow[] = [
  step('restore-snapshot', { milliseconds: 90_000 }),
  step('clone-database', { milliseconds: 4000 }),
  step('add-filestore', { milliseconds: 500 }),
  step('measure-invariants', { milliseconds: 700 }),
  step('update-modules', { milliseconds: 61_240, receipt: updated }),
  step('compare-invariants', {
    name: 'compare-figures',
    receipt: { before: side, after: side, ok: false, compared: 38, broken, left: [] },
  }),
  step('boot-slot'),
  step('await-ready', { milliseconds: 9000 }),
  step('smoke-slot', {
    ...{ name: 'smoke-blue', milliseconds: 8000 },
    receipt: { failed: [], results: [{ state: 'pass' }, { state: 'pass' }, { state: 'skipped' }] },
  }),
  step('drop-database', { milliseconds: 77_000 }),
];

describe('what a rehearsal found', () => {
  it('is told with the forecast, of what a deployment does too', () => {
    expect(rehearsalReport('run_1', facts, whole)).toEqual({
      action: 'update',
      modules: [
        { name: 'shop_order', action: 'update', seconds: 1.2 },
        { name: 'shop_gift', action: 'install', seconds: null },
        { name: 'shop_loyalty', action: 'update', seconds: 0.3 },
      ],
      update: { seconds: 61.2, errors: [], warnings: ['a field without a label'] },
      locks,
      tables: null,
      figures: { compared: 38, broken: ['Stock was 3, is 2'] },
      smoke: { passed: 2, skipped: 1, failed: [] },
      forecast: {
        ...{ copySeconds: 4.5, updateSeconds: 61.2, figuresSeconds: 1.7, bootSeconds: 10, smokeSeconds: 8 },
        ...{ readOnlySeconds: 88, source: 'rehearsal', from: 'run_1' },
      },
      says: 'about 88 s read-only, 3 modules, no lock > 2 s',
    });
  });

  it('has no forecast when a step was begun twice: its time says nothing', () => {
    const interrupted = whole.map((one) => (one.kind === 'update-modules' ? { ...one, attempts: 2 } : one));
    expect(rehearsalReport('run_1', facts, interrupted)).toMatchObject({
      forecast: null,
      says: 'no forecast: it was interrupted, 3 modules, no lock > 2 s',
    });
  });

  it('ends where the rehearsal ended', () => {
    const at = whole.findIndex(({ kind }) => kind === 'update-modules');
    const failed = [...whole.slice(0, at), step('update-modules', { state: 'failed', receipt: null })];
    expect(rehearsalReport('run_1', facts, failed)).toMatchObject({
      ...{ update: null, locks: null, figures: null, smoke: null, forecast: null, says: null },
      modules: [{ name: 'shop_order', seconds: null }, { name: 'shop_gift' }],
    });
  });

  it('tells which smoke checks failed, and keeps the figures that were compared before', () => {
    const failure = { code: 'smoke-failed', message: '', hint: '', facts: { checks: 'login\npath /shop' } } as const;
    const failed = whole.map((one) =>
      one.kind === 'smoke-slot' ? { ...one, state: 'failed' as const, receipt: null, failure } : one,
    );
    expect(rehearsalReport('run_1', facts, failed)).toMatchObject({
      ...{ smoke: { failed: ['login', 'path /shop'] }, figures: { compared: 38 }, forecast: null, says: null },
    });
  });

  it('is short of code alone', () => {
    const code = { change: { action: 'restart', changes: [], update: [], install: [] } } as unknown as EnvironmentFacts;
    const steps = whole.filter(({ kind }) => !/update|invariants/.test(kind));
    expect(rehearsalReport('run_1', code, steps)).toMatchObject({
      ...{ modules: [], update: null, forecast: null, says: 'code only: nobody waits' },
    });
  });
});
