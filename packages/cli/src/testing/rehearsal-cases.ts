/** The verbs about rehearsals, as api-verbs.test.ts tries each verb. */
import type { RehearsalView } from '@slipway/contracts/rehearsal-views';
import type { ApiCase } from './api-case.ts';
import { run, running } from './samples.ts';

const project = ['--project', 'shop'];
const SHA = '4f1c0de5a3b2918273645566778899aabbccddee';
const AT = '2026-03-01T10:00:00.000Z';

export const rehearsal: RehearsalView = {
  ...{ id: 'run_1', project: 'shop', state: 'succeeded', sha: SHA, imageDigest: `sha256:${'1'.repeat(64)}` },
  ...{ productionSha: 'b'.repeat(40), snapshot: { id: 'snap_1', takenAt: AT }, requestedBy: 'ada', at: AT },
  ...{ seconds: 312.4, failure: null, lastLines: [] },
  report: {
    action: 'update',
    modules: [
      { name: 'shop_order', action: 'update', seconds: 41.2 },
      { name: 'shop_loyalty', action: 'install', seconds: null },
    ],
    update: { seconds: 180, errors: [], warnings: ['column "x" is deprecated'] },
    locks: {
      ...{ samples: 900, everyMilliseconds: 200 },
      held: [{ table: 'sale_order', mode: 'AccessExclusiveLock', seconds: 1.4, times: 2 }],
      waits: [],
    },
    tables: {
      ...{ before: 5_000_000, after: 5_400_000 },
      largest: [{ table: 'mail_message', before: 3_000_000, after: 3_000_000 }],
      changed: [{ table: 'sale_order', before: 900_000, after: 1_300_000 }],
    },
    figures: { compared: 38, broken: [] },
    smoke: { passed: 7, skipped: 1, failed: [] },
    forecast: {
      ...{ copySeconds: 20, updateSeconds: 180, figuresSeconds: 4, bootSeconds: 20, smokeSeconds: 8 },
      ...{ readOnlySeconds: 234, source: 'rehearsal', from: 'run_1' },
    },
    says: 'about 4 min read-only, 2 modules, no lock > 2 s',
  },
};
const failed: RehearsalView = {
  ...{ ...rehearsal, state: 'failed', report: null, snapshot: null, lastLines: ['psycopg2.errors.NotNullViolation'] },
  failure: {
    ...{ code: 'odoo-install-failed', message: 'shop_order could not be updated', hint: 'Read its log.', facts: {} },
  },
};
const changed: RehearsalView = {
  ...rehearsal,
  report: rehearsal.report && { ...rehearsal.report, figures: { compared: 38, broken: ['Stock was 3, is 2'] } },
};
const ended = { ...run, kind: 'rehearse' };

export const REHEARSAL_CASES: readonly ApiCase[] = [
  {
    path: 'rehearse',
    words: ['--fresh', '--timeout', '2h', ...project],
    replies: { rehearse: () => ({ run: 'run_1' }), run: () => ended, rehearsal: () => rehearsal },
    view: rehearsal,
    reads: 'about 4 min read-only, 2 modules, no lock > 2 s',
  },
  {
    path: 'rehearse',
    words: ['--detach', ...project],
    replies: { rehearse: () => ({ run: 'run_1' }), run: () => ({ ...running, kind: 'rehearse' }) },
    view: { ...running, kind: 'rehearse' },
    reads: 'Follow it: slipway run logs run_1 --follow',
  },
  {
    path: 'rehearsal list',
    words: ['--limit', '5', ...project],
    replies: { rehearsals: () => [rehearsal, failed] },
    view: [rehearsal, failed],
    reads: 'shop_order could not be updated',
    empty: ['rehearsals', 'No rehearsals. Rehearse what staging runs: slipway rehearse'],
  },
  {
    path: 'rehearsal show',
    words: ['run_1', ...project],
    replies: { rehearsal: () => rehearsal },
    view: rehearsal,
    reads: 'sale_order    AccessExclusive    1.4 s      2',
  },
  {
    path: 'rehearsal show',
    words: ['run_1', ...project],
    replies: { rehearsal: () => changed },
    view: changed,
    reads: '1 of 38 business figures changed\n  Stock was 3, is 2',
  },
  {
    path: 'rehearsal show',
    words: ['run_1', ...project],
    replies: { rehearsal: () => failed },
    view: failed,
    reads: 'shop_order could not be updated\n  Read its log.\n  psycopg2.errors.NotNullViolation',
  },
];
