import { describe, expect, it } from 'vitest';
import { findingsOf, places } from '../testing/findings-of.ts';
import { schemas } from './index.ts';

const COMPOSE = `x-common: &common
  restart: unless-stopped
services:
  odoo:
    <<: *common
    image: odoo:19.0
    depends_on:
      db:
        condition: service_healthy
    ports: ["127.0.0.1:8069:8069"]
    environment:
      HOST: db
    deploy: { resources: { limits: { cpus: "1", memory: 1G } } }
  db:
    image: postgres:17
    healthcheck:
      test: [CMD, pg_isready]
volumes: { pg: {} }
`;
const WORKFLOW = `name: ci
on:
  pull_request: { types: [opened, synchronize] }
permissions: { contents: read }
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - run: echo \${{ github.event_name }}
`;
const APP = `name: shop
region: fra
services:
  - name: web
    instance_size_slug: apps-s-1vcpu-1gb
    instance_count: 1
    http_port: 8069
    image:
      registry_type: DOCR
      repository: odoo
      tag: sha-1
    envs:
      - key: STAGE
        value: production
      - key: KEY
        type: SECRET
    health_check:
      http_path: /web/health
databases:
  - name: db
    engine: PG
`;
const PROMETHEUS = `global:
  scrape_interval: 15s
scrape_configs:
  - job_name: odoo
    static_configs:
      - targets: [localhost:9100]
`;
const RULES = `groups:
  - name: odoo
    rules:
      - alert: OdooDown
        expr: up == 0
        for: 5m
        labels: { severity: page }
`;
const ALERTMANAGER = `route:
  receiver: team
receivers:
  - name: team
`;
const DASHBOARD = `{
  "title": "Odoo",
  "schemaVersion": 39,
  "panels": [
    {
      "type": "timeseries",
      "title": "Requests",
      "gridPos": { "h": 8, "w": 12, "x": 0, "y": 0 }
    }
  ]
}
`;
const CLEAN = {
  'docker-compose.yml': COMPOSE,
  '.github/workflows/ci.yml': WORKFLOW,
  '.do/app.yaml': APP,
  'ops/prometheus.yml': PROMETHEUS,
  'ops/alert-rules.yml': RULES,
  'ops/alertmanager.yml': ALERTMANAGER,
  'grafana/dashboards/odoo.json': DASHBOARD,
};

const planted: readonly (readonly [string, keyof typeof CLEAN, string, string, string])[] = [
  ['a misspelt key of a service', 'docker-compose.yml', 'image: odoo:19.0', 'imgae: odoo:19.0', 'schemas/compose 6:5'],
  ['a condition that there is not', 'docker-compose.yml', 'service_healthy', 'healthy', 'schemas/compose 9:20'],
  ['ports that are a text', 'docker-compose.yml', '["127.0.0.1:8069:8069"]', 'none', 'schemas/compose 10:12'],
  [
    'a key that is there twice',
    'docker-compose.yml',
    'HOST: db',
    'HOST: db\n      HOST: dc',
    'schemas/yaml-duplicate-key 13:7',
  ],
  [
    'a quote that is missing',
    'docker-compose.yml',
    '"127.0.0.1:8069:8069"',
    '"127.0.0.1:8069:8069',
    'schemas/yaml-syntax',
  ],
  ['a misspelt key of a job', '.github/workflows/ci.yml', 'runs-on:', 'runs_on:', 'schemas/workflow 7:5'],
  ['an event that there is not', '.github/workflows/ci.yml', 'synchronize', 'synchronise', 'schemas/workflow 3:35'],
  [
    'a step that does nothing',
    '.github/workflows/ci.yml',
    'run: echo ${{ github.event_name }}',
    'name: x',
    'schemas/workflow 12:9',
  ],
  ['a misspelt context', '.github/workflows/ci.yml', 'github.event_name', 'github.evnt', 'schemas/workflow-lint 12:23'],
  [
    'a misspelt input of an action',
    '.github/workflows/ci.yml',
    'fetch-depth',
    'fetch-dept',
    'schemas/workflow-lint 11:11',
  ],
  [
    'a title of strangers in a script',
    '.github/workflows/ci.yml',
    'github.event_name',
    'github.event.pull_request.title',
    'schemas/workflow-lint 12:23',
  ],
  ['a misspelt key of an app', '.do/app.yaml', 'databases:', 'database:', 'schemas/app-spec 19:1'],
  ['a misspelt key of a component', '.do/app.yaml', 'instance_count', 'instances', 'schemas/app-spec 6:5'],
  ['a misspelt key of an image', '.do/app.yaml', 'registry_type', 'registry_kind', 'schemas/app-spec 9:7'],
  ['a kind of variable that there is not', '.do/app.yaml', 'SECRET', 'HIDDEN', 'schemas/app-spec 16:15'],
  ['a region that there is not', '.do/app.yaml', 'region: fra', 'region: mars', 'schemas/app-spec 2:9'],
  ['a misspelt key of a job to scrape', 'ops/prometheus.yml', 'job_name', 'jobname', 'schemas/prometheus 4:5'],
  [
    'a misspelt key of a rule',
    'ops/alert-rules.yml',
    '        for: 5m',
    '        fro: 5m',
    'schemas/prometheus-rules 6:9',
  ],
  ['a misspelt key of a receiver', 'ops/alertmanager.yml', '- name: team', '- nme: team', 'schemas/alertmanager 4:5'],
  ['a panel that is too wide', 'grafana/dashboards/odoo.json', '"w": 12', '"w": 30', 'schemas/grafana-dashboard 8:33'],
  [
    'a misspelt key of a dashboard',
    'grafana/dashboards/odoo.json',
    '"title": "Odoo"',
    '"titel": "Odoo"',
    'schemas/grafana-dashboard 2:3',
  ],
];

describe('schemas', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await findingsOf(schemas, CLEAN)).toEqual([]);
  });

  it('takes what GitHub takes: runners of your own, a strategy without a matrix', async () => {
    const job = WORKFLOW.replace(
      'runs-on: ubuntu-24.04',
      'runs-on: [self-hosted, cellar]\n    strategy: { fail-fast: false }',
    );

    expect(await findingsOf(schemas, { '.github/workflows/ci.yml': job })).toEqual([]);
  });

  it.each([
    [
      'services that are wrong',
      `services:\n${Array.from({ length: 3000 }, (_, i) => `  s${i}: { build: 1, ports: {}, environment: 3 }`).join('\n')}\n`,
    ],
    [
      'keys that are unknown',
      `services:\n  a:\n${Array.from({ length: 8000 }, (_, i) => `    k${i}: 1`).join('\n')}\n`,
    ],
    ['lists in lists', `services: ${'['.repeat(400)}${']'.repeat(400)}`],
  ])('is done quickly with very many %s', async (_, text) => {
    const start = performance.now();
    const found = await findingsOf(schemas, {
      'compose.yaml': text,
      '.github/workflows/a.yml': text,
      '.do/a.yaml': text,
    });

    expect(found.length).toBeLessThan(120);
    expect(performance.now() - start).toBeLessThan(8000);
  });

  it('finds a file whose aliases stand for too much, and reads no further', async () => {
    const nine = (name: string): string => `[${Array.from({ length: 9 }, () => `*${name}`).join(', ')}]`;
    const bomb = `x-a: &a [x, x]\nx-b: &b ${nine('a')}\nx-c: &c ${nine('b')}\nx-d: ${nine('c')}\nservices: { a: { imgae: x } }\n`;

    expect(places(await findingsOf(schemas, { 'compose.yaml': bomb }))).toEqual(['schemas/yaml-bomb compose.yaml:1:1']);
  });

  it('leaves alone what is binary, not UTF-8, or called like something that it is not', async () => {
    const files = {
      'compose.yaml': Buffer.from([0, 1, 2]),
      'docker-compose.yml': Buffer.from([0xff, 0xfe, 0x41]),
      'docs/rules.yml': 'a: [1, 2]\n',
      'grafana/package.json': '{ "name": "x" }',
      'prometheus.yml': 'just text',
    };

    expect(await findingsOf(schemas, files)).toEqual([]);
  });

  it('warns of an action that was made for an old Node', async () => {
    const job = WORKFLOW.replace('actions/checkout@v4', 'actions/checkout@v2');

    expect(await findingsOf(schemas, { '.github/workflows/ci.yml': job })).toMatchObject([
      { rule: 'schemas/workflow-lint', severity: 'warning', line: 9 },
    ]);
  });

  for (const [what, file, from, to, where] of planted)
    it(`finds ${what}, and only it`, async () => {
      expect(CLEAN[file]).toContain(from);
      const [rule, place] = where.split(' ');
      const found = await findingsOf(schemas, { ...CLEAN, [file]: CLEAN[file].replace(from, to) });

      expect(places(found)).toEqual([
        place === undefined ? expect.stringContaining(`${rule} ${file}:`) : `${rule} ${file}:${place}`,
      ]);
    });
});
