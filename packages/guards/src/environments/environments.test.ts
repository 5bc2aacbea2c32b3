import { parseProjectConfig } from '@slipway/contracts/config-file';
import { describe, expect, it } from 'vitest';
import { findingsOf, places } from '../testing/findings-of.ts';
import { environments } from './index.ts';

const CONFIG = `version: 1
name: shop
odoo:
  series: '19.0'
stages:
  staging:
    egress:
      allow: [test.api.example.com]
  production:
    url: https://erp.acme.example
`;
const spec = (stage: string, more: string): string => `name: shop-${stage}
services:
  - name: odoo
    http_port: 8069
    run_command: odoo --max-cron-threads=${stage === 'production' ? 2 : 0}
    envs:
      - key: ODOO_STAGE
        value: ${stage}
${more}`;
const STAGING = spec(
  'staging',
  '      - key: SMTP_HOST\n        value: mailpit\n      - key: CARRIER_TOKEN\n        value: abQ93kd02Lxz\n      - key: API_URL\n        value: https://test.acme.example\n',
);
const PRODUCTION = spec(
  'production',
  '      - key: SMTP_HOST\n        value: smtp.acme.example\n      - key: CARRIER_TOKEN\n        value: Zt5Lw2Xv4Bn8\n',
);
const CLEAN = {
  'slipway.yaml': CONFIG,
  '.do/staging.yaml': STAGING,
  '.do/production.yaml': PRODUCTION,
  'compose.yaml':
    'services:\n  odoo:\n    image: odoo:19.0\n    environment:\n      HOST: ${DB_HOST:-db}\n      PASSWORD: ${DB_PASSWORD:?}\n      MORE: $${NO_VARIABLE}\n      # ${NOR_THIS}\n',
  'compose.staging.yaml': 'services:\n  odoo:\n    environment: [ODOO_STAGE=staging, MAX_CRON_THREADS=0]\n',
  'odoo.staging.conf': '[options]\nsmtp_server = localhost\nmax_cron_threads = 0\n',
  '.env.example': 'DB_PASSWORD=changeme\n',
};

const findIn = async (files: Readonly<Record<string, string>>) => {
  const parsed = parseProjectConfig(files['slipway.yaml'] ?? '');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return findingsOf(environments, files, { config: { value: parsed.config, file: 'slipway.yaml' } });
};

const planted: readonly (readonly [string, keyof typeof CLEAN, string, string, string])[] = [
  [
    'a copy that is let out to production',
    'slipway.yaml',
    'test.api.example.com',
    'erp.acme.example',
    'copy-unsafe slipway.yaml:8:15',
  ],
  [
    'a staging that takes itself for production',
    '.do/staging.yaml',
    'value: staging',
    'value: production',
    'stage-wrong .do/staging.yaml:8:16',
  ],
  [
    'a production that takes itself for a test',
    '.do/production.yaml',
    'value: production',
    'value: test',
    'stage-wrong .do/production.yaml:8:16',
  ],
  [
    'a mail server on staging',
    '.do/staging.yaml',
    'mailpit',
    'smtp.sendgrid.net',
    'mail-not-caught .do/staging.yaml:10:16',
  ],
  [
    'a mail server in an odoo.conf of staging',
    'odoo.staging.conf',
    'localhost',
    'smtp.sendgrid.net',
    'mail-not-caught odoo.staging.conf:2:1',
  ],
  ['crons on a command line', '.do/staging.yaml', 'threads=0', 'threads=1', 'crons-on .do/staging.yaml:5:18'],
  ['crons by a variable', 'compose.staging.yaml', 'THREADS=0', 'THREADS=2', 'crons-on compose.staging.yaml:3:39'],
  [
    'crons by an odoo.conf',
    'odoo.staging.conf',
    'max_cron_threads = 0',
    'max_cron_threads = 2',
    'crons-on odoo.staging.conf:3:1',
  ],
  [
    'the address of production',
    '.do/staging.yaml',
    'test.acme.example',
    'erp.acme.example/x',
    'production-value .do/staging.yaml:14:16',
  ],
  [
    'a key of production',
    '.do/staging.yaml',
    'abQ93kd02Lxz',
    'Zt5Lw2Xv4Bn8',
    'production-value .do/staging.yaml:12:16',
  ],
  ['a production without SMTP', '.do/production.yaml', 'SMTP_HOST', 'OTHER', 'smtp-missing .do/production.yaml:1:1'],
  [
    'a key that production lacks',
    '.do/production.yaml',
    'CARRIER_TOKEN',
    'CARRIER',
    'key-missing .do/production.yaml:1:1',
  ],
  ['a variable that nothing names', '.env.example', 'DB_PASSWORD', 'DB_PASS', 'variable-missing compose.yaml:6:17'],
];

describe('environments', () => {
  it('says nothing where nothing is wrong', async () => {
    expect(places(await findIn(CLEAN))).toEqual([]);
  });

  for (const [what, file, from, to, where] of planted)
    it(`finds ${what}, and only it`, async () => {
      expect(CLEAN[file]).toContain(from);
      const found = await findIn({ ...CLEAN, [file]: CLEAN[file].replace(from, to) });

      expect(places(found)).toEqual([`environments/${where}`]);
    });

  it.each([
    ['a variable of compose', '.env.example', 'DB_PASSWORD', 'DB_PASSWORD: { secret: true }'],
    [
      'a key of production',
      '.do/production.yaml',
      'CARRIER_TOKEN',
      'CARRIER_TOKEN: { secret: true, stages: [production] }',
    ],
    ["production's SMTP server", '.do/production.yaml', 'SMTP_HOST', 'SMTP_HOST: { stages: [production] }'],
  ] as const)('takes slipway.yaml for it when it lists %s', async (_, file, name, listed) => {
    const files = {
      ...CLEAN,
      [file]: CLEAN[file].replace(name, 'OTHER'),
      'slipway.yaml': `${CONFIG}variables:\n  names:\n    ${listed}\n`,
    };

    expect(places(await findIn(files))).toEqual([]);
  });

  it('asks for a key of production that slipway.yaml lists for staging alone', async () => {
    const found = await findIn({
      ...CLEAN,
      '.do/production.yaml': PRODUCTION.replace('CARRIER_TOKEN', 'OTHER'),
      'slipway.yaml': `${CONFIG}variables:\n  names:\n    CARRIER_TOKEN: { secret: true, stages: [staging] }\n`,
    });

    expect(places(found)).toEqual(['environments/key-missing .do/production.yaml:1:1']);
  });

  it('finds a copy that nothing names', async () => {
    const found = await findIn({
      ...CLEAN,
      '.do/staging.yaml': STAGING.replace('ODOO_STAGE', 'OTHER'),
      'compose.staging.yaml': 'services: {}\n',
    });

    expect(places(found)).toEqual(['environments/stage-missing .do/staging.yaml:1:1']);
  });

  it('repeats no key of production', async () => {
    const found = await findIn({ ...CLEAN, '.do/staging.yaml': STAGING.replace('abQ93kd02Lxz', 'Zt5Lw2Xv4Bn8') });

    expect(JSON.stringify(found)).not.toContain('Zt5Lw2Xv4Bn8');
  });

  it.each([
    '[1, 2]',
    'services: [a]',
    'services: { a: { environment: 3, command: [[[1]]] } }',
    'envs: {a: 1}\nservices: 7',
    '',
  ])('takes a file of %j', async (text) => {
    await findIn({ ...CLEAN, 'compose.prod.yaml': text, '.do/prod.yaml': text, '.env.prod': text });
  });

  it.each([
    ['empty lines', '\n'.repeat(1_000_000)],
    ['spaces', ' '.repeat(1_000_000)],
    ['variables that do not end', '${A'.repeat(300_000)],
    ['equals signs', 'export A='.repeat(100_000)],
  ])('is done quickly with a file of %s', async (_, text) => {
    const start = performance.now();
    await findIn({ ...CLEAN, '.env.example': text, '.env.prod': text, 'compose.yaml': text, 'odoo.prod.conf': text });

    expect(performance.now() - start).toBeLessThan(5000);
  });
});
