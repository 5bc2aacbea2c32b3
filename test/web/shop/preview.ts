/** One preview, the run that failed, the run that goes on, and their logs. */
import { AMARA, address, ago, DAY, environmentName, JONAS, LENA, PROJECT, sha } from './people.ts';

const LOGIN = { user: 'admin', password: 'quiet-otter-74' };
const module = (name: string, action: string, why: string, version: string): object => ({ name, action, why, version });

export const MODULES = [
  module('coffee_roast_batch', 'install', 'it is new in this branch', '19.0.1.0.0'),
  module('coffee_stock_labels', 'update', 'views/stock_quant_views.xml changed', '19.0.2.3.1'),
  module('coffee_delivery_slip', 'update', 'it depends on coffee_stock_labels', '19.0.1.4.0'),
  module('coffee_pos', 'nothing', 'nothing changed', '19.0.3.0.2'),
];

export const PREVIEW = {
  ...{ project: PROJECT, number: 214, title: 'Roast batches: trace green beans to the bag', state: 'live' },
  ...{ position: null, reason: null, url: address('pr-214'), login: LOGIN, database: 'odoo_pr_214' },
  ...{ branch: 'feature/roast-batches', sha: sha(214), liveSha: sha(214), verdict: 'green' },
  ...{ tests: { run: 148, failed: 0 }, modules: MODULES, run: 'run_01k8', build: 'build_01k8', failure: null },
  guards: {
    ...{ unfinished: null, errors: 0, warnings: 1, notes: 0, guards: [{ id: 'manifests', errors: 0, warnings: 1 }] },
    first: [
      {
        ...{ severity: 'warning', rule: 'manifest-license', file: 'coffee_roast_batch/__manifest__.py', line: 1 },
        message: 'The manifest names no licence; Odoo takes LGPL-3 for it.',
      },
    ],
  },
  timings: {
    ...{ 'build-image': 9_400, 'clone-database': 310, 'update-modules': 41_800, 'boot-slot': 5_100 },
    ...{ 'await-ready': 6_700, 'switch-route': 40, total: 64_100 },
  },
  ...{ createdAt: ago(3 * DAY), updatedAt: ago(26), lastUsedAt: ago(2) },
};

export const environment = (name: string): object => ({
  ...{
    name: environmentName(name),
    project: PROJECT,
    state: 'live',
    createdAt: ago(140 * DAY),
    updatedAt: ago(name === 'production' ? 2 * DAY : 35),
  },
  ...{ stage: name.startsWith('pr-') ? 'preview' : name, database: `odoo_${name.replace('-', '_')}` },
  ...{ url: address(name === 'production' ? 'erp' : name), sha: sha(name === 'production' ? 41 : 44) },
  ...{ image: `slipway/${PROJECT}:19.0-c4e1`, login: name === 'production' ? null : LOGIN },
});

const NAMES = [
  'ensure-template',
  'build-image',
  'clone-database',
  'update-modules',
  'boot-slot',
  'await-ready',
  'switch-route',
];
const NOTES = ['there already', 'nothing below the addons changed', 'a copy of the template', null, null, null, null];
const TOOK = [90, 9_400, 310, 41_800, 5_100, 6_700, 40];
const steps = (until: number, last: 'failed' | 'running' | 'done'): readonly object[] =>
  NAMES.map((name, index) => {
    const state = index < until ? 'done' : index === until ? last : 'pending';
    return {
      ...{ index, name, kind: name, state, attempts: 1, note: index < until ? NOTES[index] : null },
      ...{ startedAt: state === 'pending' ? null : ago(1), milliseconds: state === 'done' ? TOOK[index] : null },
    };
  });

const run = (more: object): object => ({
  ...{ project: PROJECT, environment: environmentName('pr-218'), kind: 'update-preview', position: null, reason: null },
  ...{ requestedBy: LENA.who, requestedAt: ago(1.4), startedAt: ago(1.2), finishedAt: null, failure: null, ...more },
});
const FAILURE = {
  ...{ code: 'module-update-failed', facts: { module: 'coffee_stock_labels' } },
  message: 'Module coffee_stock_labels does not update: field "lot_expiry" is not on model "stock.quant".',
  hint: 'Add the field to the model, or take it out of the view at views/stock_quant_views.xml:34.',
};

export const RUNS: Readonly<Record<string, object>> = {
  run_01k9: run({ id: 'run_01k9', state: 'running', sha: sha(2), steps: steps(3, 'running') }),
  run_01k8: run({
    ...{
      id: 'run_01k8',
      environment: environmentName('pr-214'),
      state: 'succeeded',
      sha: sha(214),
      steps: steps(7, 'done'),
    },
    ...{ requestedBy: AMARA.who, requestedAt: ago(27.3), startedAt: ago(27.1), finishedAt: ago(26) },
  }),
  run_01k6: run({
    ...{ id: 'run_01k6', environment: environmentName('pr-211'), kind: 'open-preview', state: 'failed', sha: sha(211) },
    ...{
      requestedBy: JONAS.who,
      requestedAt: ago(49),
      startedAt: ago(48.7),
      finishedAt: ago(48),
      steps: steps(3, 'failed'),
    },
    failure: FAILURE,
  }),
};

const LOADED = [
  'base',
  'web',
  'mail',
  'product',
  'stock',
  'sale',
  'point_of_sale',
  'coffee_base',
  'coffee_pos',
  'coffee_roast_batch',
];
const ERROR = [
  'Traceback (most recent call last):',
  '  File "/usr/lib/python3/dist-packages/odoo/tools/convert.py", line 667, in _tag_root',
  '    f(rec)',
  'odoo.tools.convert.ParseError: while parsing /opt/addons/coffee_stock_labels/views/stock_quant_views.xml:34',
  'Field "lot_expiry" does not exist in model "stock.quant"',
];

/** As the server answers it: a line of JSON each. */
export const logOf = (id: string): string => {
  const start = Date.now() - 70_000;
  const lines: { readonly at: string; readonly stream: string; readonly text: string }[] = [];
  const add = (stream: string, text: string): void => {
    lines.push({ at: new Date(start + lines.length * 640).toISOString(), stream, text });
  };
  const odoo = (level: string, logger: string, text: string): void => {
    const at = new Date(start + lines.length * 640).toISOString().slice(0, 23).replace('T', ' ').replace('.', ',');
    add('odoo', `${at} 7 ${level} odoo_pr ${logger}: ${text}`);
  };
  add('step', 'ensure-template: there already');
  add('build', 'build-image: 9 layers, 8 of them from the last build');
  add('step', 'clone-database: a copy of the template in 310 ms');
  odoo('INFO', 'odoo', 'Odoo version 19.0');
  odoo('INFO', 'odoo.modules.loading', 'loading 84 modules...');
  for (const [index, name] of LOADED.entries())
    odoo('INFO', 'odoo.modules.loading', `Loading module ${name} (${index * 9 + 1}/84)`);
  odoo('WARNING', 'odoo.modules.module', 'coffee_roast_batch: the manifest names no licence, LGPL-3 is taken');
  odoo('INFO', 'odoo.modules.registry', 'module coffee_stock_labels: creating or updating database tables');
  if (id === 'run_01k6') {
    odoo('ERROR', 'odoo.modules.registry', 'Failed to load registry');
    for (const line of ERROR) add('odoo', line);
    add('step', 'update-modules failed: what served before goes on serving');
  } else odoo('INFO', 'odoo.modules.loading', 'Module coffee_roast_batch loaded in 1.84s, 312 queries');
  return `${lines.map((line, sequence) => JSON.stringify({ ...line, sequence: sequence + 1 })).join('\n')}\n`;
};

/** The same through a window. */
export const windowOf = (id: string, { from = '0', limit = '200' }: Readonly<Record<string, string>>): object => {
  const lines = logOf(id).trimEnd().split('\n');
  const shown = lines.slice(Number(from), Number(from) + Number(limit));
  return {
    total: lines.length,
    lines: shown.map((line, index) => {
      const number = Number(from) + index + 1;
      return { ...(JSON.parse(line) as object), number, place: number };
    }),
  };
};
