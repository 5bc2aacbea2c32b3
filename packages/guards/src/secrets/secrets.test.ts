import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findingsOf, places } from '../testing/findings-of.ts';
import { secrets } from './index.ts';

/** Put together here, so that this file holds none itself. */
const join = (...parts: readonly string[]): string => parts.join('');
const REAL = {
  github: join('ghp', '_wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'),
  aws: join('wJalrXUtn', 'FEMI/K7MDENG/bPxRfiCYzzzzl1KEYq'),
  slack: join('https://hooks.slack', '.com/services/T0QW2RT9A/B0MM1XX7B/abQdefGhijklmnopqrsZuvwx'),
  stripe: join('sk_', 'live_51HxAbCdEfGhIjKlMnOpQrSt'),
  digitalocean: join('dop', '_v1_', '9f8e7d6c5b4a39281706f5e4d3c2b1a0'.repeat(2)),
  key: join(
    '-----BEGIN RSA ',
    'PRIVATE KEY-----\n',
    'MIIEpAIBAAKCAQEAy8Dbv8prpJ0kKhlGeJYozo2t60EG8L0561g13R29LvMR5hyv\n'.repeat(3),
    '-----END RSA ',
    'PRIVATE KEY-----',
  ),
  made: join('kR7$vq', 'Lm2!xP'),
};

const planted: readonly (readonly [string, string, string, string])[] = [
  [
    'a token of GitHub',
    'deploy.sh',
    `#!/bin/sh\ngit clone https://x-access-token:$T@github.com/a/b\nT=${REAL.github}\n`,
    'known-format deploy.sh:3:3',
  ],
  ['a key of AWS', '.env', `A=1\nAWS_SECRET_ACCESS_KEY=${REAL.aws}\n`, 'known-format .env:2:'],
  ['an address of Slack', 'a.py', `x = 1\nHOOK = "${REAL.slack}"\n`, 'known-format a.py:2:9'],
  [
    'a live key of Stripe',
    'views/data.xml',
    `<odoo>\n  <field name="stripe_secret_key">${REAL.stripe}</field>\n</odoo>`,
    'known-format views/data.xml:2:35',
  ],
  ['a token of DigitalOcean', 'ci.yml', `a: 1\nb: ${REAL.digitalocean}\n`, 'known-format ci.yml:2:4'],
  ['a private key', 'keys/id_rsa', `${REAL.key}\n`, 'known-format keys/id_rsa:1:1'],
  [
    'a password in an address',
    'odoo.conf',
    `[options]\nlogdb = postgres://odoo:${REAL.made}@db.example.org/x\n`,
    'known-format odoo.conf:2:',
  ],
  ['the master password', 'odoo.conf', `[options]\nadmin_passwd = ${REAL.made}\n`, 'assigned odoo.conf:2:16'],
  [
    'a variable of a compose file',
    'compose.yaml',
    `services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: ${REAL.made}\n`,
    'assigned compose.yaml:4:26',
  ],
  [
    'a variable in a list',
    'compose.yaml',
    `services:\n  db:\n    environment:\n      - SMTP_PASSWORD=${REAL.made}\n`,
    'assigned compose.yaml:4:23',
  ],
  [
    'a variable of an app spec',
    '.do/app.yaml',
    `envs:\n  - key: SMTP_PASSWORD\n    value: "${REAL.made}"\n`,
    'assigned .do/app.yaml:3:13',
  ],
  [
    'a variable of a Dockerfile',
    'Dockerfile',
    `FROM odoo:19.0\nENV API_TOKEN ${REAL.made}\n`,
    'assigned Dockerfile:2:15',
  ],
  ['a variable in JSON', 'a.json', `{\n  "clientSecret": "${REAL.made}"\n}`, 'assigned a.json:2:20'],
  [
    'a random value in code',
    'models/a.py',
    `API_KEY = "${join('q9Zt7Lw2Xv', '4Bn8Kd1Rm6')}"\n`,
    'assigned models/a.py:1:12',
  ],
];

const CLEAN = {
  '.env.example':
    'SMTP_PASSWORD=changeme\nAPI_KEY=\nTOKEN=<your token>\nDATABASE_URL=postgresql://odoo:odoo@localhost/odoo\n',
  'compose.yaml': `services:
  db:
    environment:
      POSTGRES_PASSWORD: odoo
      PGPASSWORD: \${DB_PASSWORD:?}
      POSTGRES_PASSWORD_FILE: /run/secrets/postgresql-password1
      SECRET_KEY: \${SECRET_KEY:-changeme123}
secrets:
  postgresql_password1:
    file: ./odoo_pg_pass1
`,
  '.github/workflows/ci.yml': `permissions: { id-token: write }\njobs:\n  a:\n    secrets: inherit\n    steps:\n      - with: { token: "\${{ secrets.GITHUB_TOKEN }}" }\n`,
  '.do/app.yaml': 'envs:\n  - key: SMTP_PASSWORD\n    type: SECRET\n    value: EV[1:abcDEF123:qwertyASDF987]\n',
  'doc.md':
    'postgres://odoo:secret@db/x https://user:<password>@host https://u:p4ss...@host postgres://odoo:${PW}@db/x\n',
  'package.json': '{ "secret-rules": "^13.0.7" }',
  'tests/a.py': 'postgres://odoo:kR7vqLm2xP@db/x',
  'odoo.conf': '[options]\nadmin_passwd = admin\ndb_password = odoo19\nlist_db = False\n',
  'models/user.py': `password = fields.Char(string='Password1234', help="Token2 of the user")\ntoken = self.env['x'].sudo()._get_token3()\nSECRET_NAME = 'shop_stripe_key_1_of_2_more'\n`,
  'views/login.xml': '<field name="password" password="True"/>\n<field name="token">Your token 123</field>\n',
  'tests/test_login.py': `PASSWORD = 'q9Zt7Lw2Xv4Bn8Kd1Rm6'\n`,
  'i18n/de.po': 'msgid "password: Abc123!xyz"\n',
  'package-lock.json':
    '{"integrity": "sha512-Thbli+OlOj+iMPYFBVBfJ3OmCAnaSyNn4M1vz9T6Gka5Jt9ba/HIR56joy65tY6kx/FCF5VXNB819Y7/GUrBGA=="}',
  'slipway.yaml': 'stages:\n  staging:\n    secrets: [SMTP_PASSWORD, STRIPE_API_KEY]\n',
  'logo.png': Buffer.from([0x89, 0x50, 0, 1, 2, 3]),
};

describe('secrets', () => {
  it('says nothing of placeholders, references, names and tests', async () => {
    expect(places(await findingsOf(secrets, CLEAN))).toEqual([]);
  });

  for (const [what, file, text, place] of planted)
    it(`finds ${what}, and only it, without repeating it`, async () => {
      const found = await findingsOf(secrets, { ...CLEAN, [file]: text });

      expect(places(found)).toEqual([expect.stringContaining(`secrets/${place}`)]);
      for (const value of Object.values(REAL))
        for (let at = 0; at + 6 <= value.length; at += 3) {
          const piece = value.slice(at, at + 6);
          if (!'https://hooks.slack.com/services/'.includes(piece)) expect(JSON.stringify(found)).not.toContain(piece);
        }
      expect(found[0]?.message).toMatch(/`.{0,2}…`, \d+ characters$/s);
    });

  it('leaves out what a line says is none, with a reason', async () => {
    const line = `admin_passwd = ${REAL.made}`;

    expect(
      await findingsOf(secrets, { 'a.conf': `${line}  # slipway: not a secret, a dead key of their documentation` }),
    ).toEqual([]);
    expect(await findingsOf(secrets, { 'a.conf': `# slipway: not a secret, a dead key\n${line}` })).toEqual([]);
    expect(await findingsOf(secrets, { 'a.conf': `${line}  # slipway: not a secret` })).toHaveLength(1);
  });

  it.each([
    ['a line without end', `password = "${'a1'.repeat(500_000)}`],
    ['names without end', `${'secret_token_'.repeat(80_000)}`],
    ['equals signs without end', `password${' ='.repeat(300_000)}`],
    ['addresses without end', 'postgres://'.repeat(60_000)],
    ['many lines that nearly are keys', '-----BEGIN RSA PRIVATE KEY-----\n'.repeat(20_000)],
  ])('is done quickly with %s', async (_, text) => {
    const start = performance.now();
    await findingsOf(secrets, { 'a.conf': text });

    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('is not set off by this very file', async () => {
    const name = 'packages/guards/src/secrets/secrets.test.ts';

    expect(await findingsOf(secrets, { [name]: readFileSync(import.meta.filename, 'utf8') })).toEqual([]);
  });
});
