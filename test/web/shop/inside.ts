/** What is in each environment of the shop, and what a look at its machine finds. */
import type { DoctorView } from '@slipway/contracts/doctor-views';
import type {
  EnvironmentDetails,
  EnvironmentTraffic,
  EnvironmentVariables,
} from '@slipway/contracts/environment-views';
import { ago, environmentName, sha } from './people.ts';

const MB = 1_000_000;
const OWN = [
  ['coffee_roast_batch', 'Roast batches', '19.0.1.0.0'],
  ['coffee_stock_labels', 'Stock labels', '19.0.2.3.1'],
  ['coffee_delivery_slip', 'Delivery slips', '19.0.1.4.0'],
  ['coffee_pos', 'Point of sale for the roastery', '19.0.3.0.2'],
] as const;
const ODOO = [
  ['account', 'Invoicing', '19.0.1.4'],
  ['point_of_sale', 'Point of Sale', '19.0.1.0.2'],
  ['product', 'Products & Pricelists', '19.0.1.2'],
  ['sale', 'Sales', '19.0.1.2'],
  ['stock', 'Inventory', '19.0.1.1'],
  ['web', 'Web', '19.0.1.0'],
] as const;

const modulesOf = (rows: readonly (readonly [string, string, string])[], own: boolean) =>
  rows.map(([name, title, version]) => ({ name, title, version, own }));

export const detailsOf = (name: string): EnvironmentDetails => ({
  ...{ environment: environmentName(name), at: ago(0.1), state: 'live', asleep: false, series: '19.0' },
  image: 'slipway/harbour-coffee:19.0-c4e1',
  database: { known: { name: `odoo_${name.replace('-', '_')}`, bytes: 412 * MB }, why: null },
  files: { known: { count: 3_912, bytes: 1_340 * MB }, why: null },
  modules: { known: [...modulesOf(OWN, true), ...modulesOf(ODOO, false)], why: null },
  containers: {
    known: [
      {
        ...{ slot: 'blue', serves: true, running: true, startedAt: ago(190), memoryBytes: 388 * MB },
        ...{ memoryLimitBytes: 1_024 * MB, cpuPercent: 6.4 },
      },
    ],
    why: null,
  },
});

/** People come in waves, and once something went wrong. */
export const trafficOf = (name: string): EnvironmentTraffic => {
  const steps = Array.from({ length: 60 }, (_, index) => {
    const requests = Math.round(24 + 18 * Math.sin(index / 6) + (index % 7) * 2);
    return { at: ago(60 - index), requests, serverErrors: index === 37 ? 3 : 0, p95: 140 + requests * 4 };
  });
  const requests = steps.reduce((sum, step) => sum + step.requests, 0);
  return {
    ...{ environment: environmentName(name), from: ago(60), until: ago(0), stepSeconds: 60, steps },
    total: { requests, serverErrors: 3, p95: 310 },
  };
};

export const variablesOf = (name: string): EnvironmentVariables => {
  const common = { default: null, required: false, given: true, handed: true } as const;
  return {
    ...{ environment: environmentName(name), stage: name.startsWith('pr-') ? 'preview' : 'staging', sha: sha(44) },
    variables: [
      {
        ...{ ...common, name: 'LABEL_PRINTER', says: 'Where labels are printed', value: 'ipp://printer.internal' },
        ...{ secret: false, source: 'file' },
      },
      {
        ...{ ...common, name: 'CARRIER_KEY', says: 'The key of the parcel service', value: null },
        ...{ secret: true, source: 'secret-store' },
      },
    ],
  };
};

const fine = (check: string, says: string) => ({ check, state: 'ok' as const, says, hint: null });
export const DOCTOR: DoctorView = {
  ok: true,
  findings: [
    {
      ...{ check: 'disk', state: 'warn', says: '18 % of the disk of the data folder is free, 41 GB.' },
      hint: 'Make room, or give the data folder a larger disk: below 10 % no build begins.',
    },
    fine('postgresql', 'PostgreSQL 17.6 answers in 2 ms.'),
    fine('docker', 'Docker Engine 27.5 answers.'),
    fine('edge', 'The edge answers on port 443.'),
    fine('certificate', 'The certificate of harbour-coffee.example is good for 61 days.'),
    fine('walls', 'The rules around the networks of environments stand.'),
    fine('clock', 'The clock agrees with that of PostgreSQL to 4 ms.'),
  ],
};
