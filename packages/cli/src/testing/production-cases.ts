/** The verbs about a production that Slipway runs, as api-verbs.test.ts tries each verb. */
import type { DescriptionView } from '@slipway/contracts/description-views';
import type { ProductionView } from '@slipway/contracts/production-views';
import type { ApiCase } from './api-case.ts';
import { times } from './deployment-samples.ts';
import { run } from './samples.ts';

const project = ['--project', 'shop'];
const [NEW, OLD] = ['4f1c0de5a3b2918273645566778899aabbccddee', 'b'.repeat(40)];
const AT = '2026-03-01T10:00:00.000Z';

export const production: ProductionView = {
  ...{ project: 'shop', state: 'live', url: 'https://erp.example.com/', slot: 'green' },
  ...{ database: 'odoo_production_b', sha: NEW, image: `slipway/shop:sha-${NEW}`, login: null },
  wayBack: { deployment: 'run_1', sha: OLD, losesData: true, since: AT },
  noWayBack: null,
  watch: null,
  troubles: [],
  deployments: [
    {
      ...{ id: 'run_2', kind: 'deploy', status: 'succeeded', sha: NEW, image: `slipway/shop:sha-${NEW}` },
      ...{ actorName: null, approverName: null },
      ...{ database: 'odoo_production_b', actor: 'ada', approver: 'grace', serves: true, times },
      ...{ startedAt: AT, switchedAt: AT, finishedAt: AT },
    },
    {
      ...{ id: 'run_1', kind: 'open', status: 'succeeded', sha: OLD, image: `slipway/shop:sha-${OLD}` },
      ...{ actorName: null, approverName: null },
      ...{ database: 'odoo_production', actor: 'mona', approver: null, serves: false, times: null },
      ...{ startedAt: AT, switchedAt: AT, finishedAt: AT },
    },
  ],
};
export const first: ProductionView = {
  ...production,
  ...{ wayBack: null, noWayBack: 'run_1 is the first version', login: { user: 'admin', password: 'tall-otter-31' } },
};
const description: DescriptionView = {
  ...{ environment: 'shop/production', sha: NEW, takenAt: AT, files: [], missing: [] },
};
const quiet = { seconds: 60, requests: 90, serverErrors: 0, p95: 80, kinds: 0, errors: [], failingCrons: [] };
/** As a watch of its last deployment left it. */
const watched = (watch: Partial<ProductionView['watch']>): ProductionView => ({
  ...production,
  watch: {
    ...{ deployment: 'run_2', state: 'kept', since: AT, until: AT, endedAt: AT, reason: null, rollback: null },
    ...{ why: [], remarks: [], compared: { before: quiet, present: quiet } },
    ...watch,
  },
});
const kept = watched({});
const back = watched({ state: 'rolled-back', rollback: 'run_3', why: ['p95 900 ms over 90 requests, before 80 ms'] });
const told = watched({ state: 'told', reason: 'it has a database of its own', why: ['30 of 90 requests failed'] });

const replies = {
  openProduction: () => ({ run: 'run_1' }),
  rollbackProduction: () => ({ run: 'run_1' }),
  run: () => run,
};

export const PRODUCTION_CASES: readonly ApiCase[] = [
  {
    path: 'production show',
    words: [...project],
    replies: { production: () => production },
    view: production,
    reads: 'what was written since 2026-03-01T10:00:00.000Z is not in it',
  },
  {
    path: 'production show',
    words: [...project],
    replies: { production: () => first },
    view: first,
    reads: 'none: run_1 is the first version',
  },
  ...(
    [
      [kept, 'watched until 10:00 UTC: nothing worse'],
      [back, 'rolled back at 10:00 UTC by run_3, because it was worse\n- p95 900 ms over 90 requests, before 80 ms'],
      [
        told,
        'worse than before, and not rolled back by itself: it has a database of its own (`slipway rollback --dry-run` says what going back means)\n- 30 of 90',
      ],
    ] as const
  ).map(
    ([view, reads]): ApiCase => ({
      path: 'production show',
      words: [...project],
      replies: { production: () => view },
      view,
      reads,
    }),
  ),
  {
    path: 'production describe',
    words: ['--check', ...project],
    replies: { describeProduction: () => description },
    view: { ok: true, environment: 'shop/production', sha: NEW, files: [], missing: [] },
    reads: 'shop/production at 4f1c0de5a3b2',
  },
  {
    path: 'production open',
    words: ['--from', 'snap_1', ...project],
    replies,
    view: run,
    reads: 'Follow it: slipway run logs run_1 --follow',
  },
  { path: 'production open', words: ['--wait', '--timeout', '2h', ...project], replies, view: run, reads: 'run_1' },
  {
    path: 'rollback',
    words: ['--yes', ...project],
    replies,
    view: run,
    reads: 'Follow it: slipway run logs run_1 --follow',
  },
  { path: 'rollback', words: ['--to', 'run_1', '--yes', '--wait', ...project], replies, view: run, reads: 'run_1' },
];
