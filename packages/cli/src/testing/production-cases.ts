/** The verbs about a production that Slipway runs, as api-verbs.test.ts tries each verb. */
import type { ProductionView } from '@slipway/contracts/production-views';
import type { ApiCase } from './api-case.ts';
import { run } from './samples.ts';

const project = ['--project', 'shop'];
const [NEW, OLD] = ['4f1c0de5a3b2918273645566778899aabbccddee', 'b'.repeat(40)];
const AT = '2026-03-01T10:00:00.000Z';

export const production: ProductionView = {
  ...{ project: 'shop', state: 'live', url: 'https://erp.example.com/', slot: 'green' },
  ...{ database: 'odoo_production_b', sha: NEW, image: `slipway/shop:sha-${NEW}`, login: null },
  wayBack: { deployment: 'run_1', sha: OLD, losesData: true, since: AT },
  noWayBack: null,
  troubles: [],
  deployments: [
    {
      ...{ id: 'run_2', kind: 'deploy', status: 'succeeded', sha: NEW, image: `slipway/shop:sha-${NEW}` },
      ...{ database: 'odoo_production_b', actor: 'ada', approver: 'grace', serves: true },
      ...{ startedAt: AT, switchedAt: AT, finishedAt: AT },
    },
    {
      ...{ id: 'run_1', kind: 'open', status: 'succeeded', sha: OLD, image: `slipway/shop:sha-${OLD}` },
      ...{ database: 'odoo_production', actor: 'mona', approver: null, serves: false },
      ...{ startedAt: AT, switchedAt: AT, finishedAt: AT },
    },
  ],
};
export const first: ProductionView = {
  ...production,
  ...{ wayBack: null, noWayBack: 'run_1 is the first version', login: { user: 'admin', password: 'tall-otter-31' } },
};
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
