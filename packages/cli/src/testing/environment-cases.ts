/** The verbs about what is in an environment, as api-verbs.test.ts tries each verb. */
import type {
  ContainerNow,
  EnvironmentDetails,
  EnvironmentTraffic,
  EnvironmentVariables,
  VariableNow,
} from '@slipway/contracts/environment-views';
import type { ApiCase } from './api-case.ts';
import { secret } from './samples.ts';

const AT = '2026-03-01T10:00:00.000Z';

const container: ContainerNow = {
  ...{ slot: 'blue', serves: true, running: true, startedAt: AT },
  ...{ memoryBytes: 300 * 2 ** 20, memoryLimitBytes: 2 ** 30, cpuPercent: 12.5 },
};
const details: EnvironmentDetails = {
  ...{
    environment: 'shop/pr-12',
    at: AT,
    state: 'live',
    asleep: false,
    series: '19.0',
    image: 'slipway/shop:sha-4f1c0de5',
  },
  database: { known: { name: 'odoo_pr_12', bytes: 50 * 2 ** 20 }, why: null },
  files: { known: null, why: 'canceling statement due to statement timeout' },
  modules: { known: [{ name: 'shop_order', title: 'Orders', version: '19.0.1.0.0', own: true }], why: null },
  containers: { known: [container], why: null },
};
const asleep: EnvironmentDetails = {
  ...details,
  ...{ state: 'sleeping', asleep: true, modules: { known: null, why: 'Nothing has served here yet.' } },
  containers: {
    known: [{ ...container, running: false, startedAt: null, memoryBytes: null, cpuPercent: null }],
    why: null,
  },
};
const counted = { requests: 120, serverErrors: 3, p95: 231 };
const traffic: EnvironmentTraffic = {
  ...{ environment: 'shop/pr-12', from: AT, until: '2026-03-01T11:00:00.000Z', stepSeconds: 60, total: counted },
  steps: Array.from({ length: 60 }, (_, step) => ({
    at: new Date(Date.parse(AT) + step * 60_000).toISOString(),
    ...(step === 7 ? counted : { requests: 0, serverErrors: 0, p95: null }),
  })),
};
const quiet = { ...traffic, steps: traffic.steps.map(({ at }) => ({ at, requests: 0, serverErrors: 0, p95: null })) };
const variable: Omit<VariableNow, 'name'> = {
  ...{ says: 'What is said first.', value: 'hello', default: null, secret: false, required: false },
  ...{ given: true, handed: true, source: 'file' },
};
const variables: EnvironmentVariables = {
  ...{ environment: 'shop/pr-12', stage: 'preview', sha: 'a'.repeat(40) },
  variables: [
    { name: 'GREETING', ...variable },
    { name: 'API_KEY', ...variable, value: null, secret: true, required: true, given: false, source: 'secret-store' },
  ],
};

export const ENVIRONMENT_CASES: readonly ApiCase[] = [
  {
    path: 'env details',
    words: ['shop/pr-12'],
    replies: { environmentDetails: () => details },
    view: details,
    reads: 'blue (serves): 300.0 MiB of 1.0 GiB, 12.5 % of a core',
  },
  {
    path: 'env details',
    words: ['shop/pr-12'],
    replies: { environmentDetails: () => asleep },
    view: asleep,
    reads: 'not known: Nothing has served here yet.',
  },
  {
    path: 'env traffic',
    words: ['shop/pr-12', '--hours', '1'],
    replies: { environmentTraffic: () => traffic },
    view: traffic,
    reads: '120 requests in the last 1 h, 3 server errors, 95 of 100 within 231 ms.',
  },
  {
    path: 'env traffic',
    words: ['shop/pr-12'],
    replies: { environmentTraffic: () => quiet },
    view: quiet,
    reads: 'Nothing was asked in the last 1 h.',
  },
  {
    path: 'env variables',
    words: ['shop/pr-12'],
    replies: { environmentVariables: () => variables },
    view: variables,
    reads: 'missing',
  },
  {
    path: 'secret remove',
    words: ['SMTP_PASSWORD', '--stage', 'preview', '--yes', '--project', 'shop'],
    replies: { removeSecret: () => secret },
    view: secret,
    reads: 'SMTP_PASSWORD of stage preview is removed.',
  },
];
