/** Answers about what is in an environment, for pages that show it. */
import type {
  ContainerNow,
  EnvironmentDetails,
  EnvironmentTraffic,
  EnvironmentVariables,
  VariableNow,
} from '@slipway/contracts/environment-views';
import type { Answers } from './stand-in.ts';

export const HOSTILE = '<img src=x onerror=window.hacked=1>';
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const container: ContainerNow = {
  ...{ slot: 'blue', serves: true, running: true, startedAt: ago(90) },
  ...{ memoryBytes: 310_000_000, memoryLimitBytes: 1_000_000_000, cpuPercent: 12.5 },
};

export const DETAILS: EnvironmentDetails = {
  ...{ environment: 'shop/pr-12', at: ago(0), state: 'live', asleep: false, series: '19.0', image: 'slipway/shop:a1' },
  database: { known: { name: 'odoo_pr_12', bytes: 52_000_000 }, why: null },
  files: { known: { count: 1234, bytes: 3_400_000 }, why: null },
  modules: {
    known: [
      { name: 'shop_order', title: HOSTILE, version: '19.0.1.0.0', own: true },
      ...Array.from({ length: 60 }, (_, index) => ({
        ...{ name: `account_${index}`, title: `Accounting ${index}`, version: '19.0.1.3', own: false },
      })),
    ],
    why: null,
  },
  containers: {
    known: [container, { ...container, slot: 'cron', serves: false, memoryBytes: 980_000_000 }],
    why: null,
  },
};

const gone = (why: string) => ({ known: null, why });
export const ASLEEP: EnvironmentDetails = {
  ...DETAILS,
  ...{
    state: 'sleeping',
    asleep: true,
    files: gone(`Too slow: ${HOSTILE}`),
    modules: gone('The database does not answer.'),
  },
  containers: {
    known: [{ ...container, running: false, startedAt: null, memoryBytes: null, cpuPercent: null }],
    why: null,
  },
};

const nothing = { requests: 0, serverErrors: 0, p95: null };
export const QUIET: EnvironmentTraffic = {
  ...{ environment: 'shop/pr-12', from: ago(60), until: ago(0), stepSeconds: 60, total: nothing },
  steps: Array.from({ length: 60 }, (_, step) => ({ at: ago(60 - step), ...nothing })),
};
export const TRAFFIC: EnvironmentTraffic = {
  ...QUIET,
  steps: QUIET.steps.map((step, index) =>
    index % 3 === 0
      ? { ...step, requests: 10 + index, serverErrors: index === 30 ? 5 : 0, p95: 120 + index * 9 }
      : step,
  ),
  total: { requests: 770, serverErrors: 5, p95: 610 },
};

const variable: Omit<VariableNow, 'name'> = {
  ...{ says: '', value: null, default: null, secret: false, required: false, given: true, handed: true },
  ...{ source: 'file' },
};
const secret: typeof variable = { ...variable, secret: true, source: 'secret-store' };
export const VARIABLES: EnvironmentVariables = {
  ...{ environment: 'shop/pr-12', stage: 'preview', sha: 'a1'.repeat(20) },
  variables: [
    { ...variable, name: 'GREETING', value: HOSTILE, says: HOSTILE },
    { ...variable, name: 'COLOUR', default: 'green', handed: false },
    { ...secret, name: 'API_KEY', given: false, required: true },
    { ...secret, name: 'SMTP_PASSWORD' },
  ],
};

export const INSIDE: Answers = {
  environmentDetails: DETAILS,
  environmentTraffic: TRAFFIC,
  environmentVariables: VARIABLES,
};
