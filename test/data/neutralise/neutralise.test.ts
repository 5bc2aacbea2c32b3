import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../../../packages/server/src/domain/secret.ts';
import { AdminClient } from '../../../packages/server/src/drivers/databases/postgres/client.ts';
import { openTransactions, runners } from '../../../packages/server/src/drivers/databases/postgres/transactions.ts';
import { CHECKS } from '../../../packages/server/src/odoo/neutralise/checks.ts';
import { ENTRIES } from '../../../packages/server/src/odoo/neutralise/entries.ts';
import { makeIdentity } from '../../../packages/server/src/odoo/neutralise/identity.ts';
import { type Neutralised, neutralise } from '../../../packages/server/src/odoo/neutralise/neutralise.ts';
import type { OwnSql } from '../../../packages/server/src/odoo/neutralise/own-sql.ts';
import { type Validation, validate } from '../../../packages/server/src/odoo/neutralise/validate.ts';
import type { SqlSession } from '../../../packages/server/src/ports/sql-databases.ts';
import { type Company, type CompanyCopy, company } from '../../setup/company.ts';
import { ownSql } from '../../setup/own-sql.ts';
import { asOdoo, contentOf, findEverywhere, plant, withClient } from './look-inside.ts';
import { PRODUCTION } from './production.ts';

const identity = await makeIdentity({
  url: 'http://staging.localhost',
  adminPassword: new Secret('own-passw0rd'),
  databaseUuid: new Secret('uuid'),
  databaseSecret: new Secret('secret'),
  parameters: { 'erp.test': 'https://erp-test.example.com', 'erp.test_token': 'a-test-token' },
});

let server: Company;
let production: CompanyCopy;
let own: OwnSql;
let admin: AdminClient;

beforeAll(async () => {
  server = await company();
  production = await server.copy('production');
  admin = new AdminClient(new Secret(production.url));
  own = await ownSql(server.odooImage);
  await plant(production.url);
});
afterAll(async () => {
  await admin?.end();
  await production?.drop();
  await server?.stop();
});

/** Everything that `work` does is undone. */
const undone = <T>(work: (session: SqlSession) => Promise<T>): Promise<T> =>
  withClient(asOdoo(production.url), async (client) => {
    await client.query('begin');
    const session: SqlSession = {
      ...runners(client),
      script: async (text) => void (await client.query(text)),
    };
    const result = await work(session);
    await client.query('rollback');
    return result;
  });

const switchOff = (url: string): Promise<Neutralised> =>
  openTransactions(admin).write(asOdoo(url), (session) =>
    neutralise(session, { database: 'production', occasion: 'arrival', identity, own }),
  );
const look = (url: string, known: typeof identity | null = identity): Promise<Validation> =>
  openTransactions(admin).read(asOdoo(url), (session) =>
    validate(session, { database: 'production', identity: known, arrival: true }),
  );
const refused = ({ findings }: Validation): string[] =>
  findings.filter(({ severity }) => severity === 'refuse').map(({ id }) => id);

describe('a production full of real credentials', () => {
  test('every entry has something planted that it is there for', () => {
    expect(Object.keys(PRODUCTION).sort()).toEqual(ENTRIES.map(({ id }) => id).sort());
  });

  test('fails every check before it is neutralised', async () => {
    const before = await look(production.url);

    expect(before.skipped).toEqual([]);
    expect(refused(before)).toEqual(expect.arrayContaining(ENTRIES.map(({ id }) => id)));
    expect(before.ok).toBe(false);
  });

  test('tells nobody what the credentials are', async () => {
    expect(JSON.stringify(await look(production.url))).not.toMatch(/c4nary/i);
  });

  test.each(ENTRIES.map(({ id }) => id))('without the entry %s its check fails', async (id) => {
    const left = await undone(async (session) => {
      const entries = ENTRIES.filter((entry) => entry.id !== id);
      await neutralise(session, { database: 'production', occasion: 'arrival', identity, own: null, entries });
      const checks = CHECKS.filter((check) => check.id === id);
      return validate(session, { database: 'production', identity, arrival: true, checks });
    });

    expect(refused(left)).toEqual([id]);
  });

  test('our entries alone leave nothing that a check finds, with no word of Odoo’s own', async () => {
    const left = await undone(async (session) => {
      await neutralise(session, { database: 'production', occasion: 'arrival', identity, own: null });
      return validate(session, { database: 'production', identity, arrival: true });
    });

    expect(refused(left)).toEqual([]);
  });

  test('a module without code is an error that names it, and nothing was changed', async () => {
    const modules = new Set([...own.modules].filter((name) => name !== 'sms_twilio' && name !== 'payment_stripe'));
    const login = asOdoo(production.url);
    const attempt = openTransactions(admin).write(login, (session) =>
      neutralise(session, { database: 'production', occasion: 'arrival', identity, own: { ...own, modules } }),
    );

    await expect(attempt).rejects.toMatchObject({
      code: 'module-code-missing',
      facts: { modules: 'payment_stripe, sms_twilio' },
    });
  });

  test.each([
    ['fails', 'update ir_cron set nonsense = 1', 'neutralise-failed'],
    ['ends the transaction', 'commit; begin', 'neutralise-failed'],
  ])('a module whose SQL %s is named, and nothing of ours was done', async (_, text, code) => {
    const texts = new Map([...own.texts, ['web', text]]);
    const login = asOdoo(production.url);
    const attempt = openTransactions(admin).write(login, (session) =>
      neutralise(session, { database: 'production', occasion: 'arrival', identity, own: { ...own, texts } }),
    );

    await expect(attempt).rejects.toMatchObject({ code, facts: { what: 'web/data/neutralize.sql' } });
    expect(refused(await look(production.url))).toContain('logins-password');
  });
});

describe('neutralised', () => {
  let staging: CompanyCopy;
  let first: Neutralised;

  beforeAll(async () => {
    staging = await server.copy('staging');
    await plant(staging.url);
    first = await switchOff(staging.url);
  });
  afterAll(() => staging?.drop());

  test('every check holds', async () => {
    const after = await look(staging.url);

    expect(after.findings.filter(({ severity }) => severity === 'refuse')).toEqual([]);
    expect(after.ok).toBe(true);
    expect(first.modules).toEqual(expect.arrayContaining(['base', 'mail', 'payment_stripe', 'sms_twilio', 'website']));
  });

  test('nothing planted is found in any column of any table, whatever the checks say', async () => {
    expect(await findEverywhere(staging.url, 'c4nary')).toEqual([]);
    expect(await findEverywhere(production.url, 'c4nary')).toContain('ir_mail_server.smtp_pass');
  });

  test('what the project wants for its tests is set, also where it looks like a credential', async () => {
    const wanted = await withClient(asOdoo(staging.url), (client) =>
      client.query(`select key, value from ir_config_parameter where key like 'erp.test%' order by key`),
    );

    expect(wanted.rows).toEqual([
      { key: 'erp.test', value: 'https://erp-test.example.com' },
      { key: 'erp.test_token', value: 'a-test-token' },
    ]);
  });

  test('a second time it ends the same, with one mail server that sends', async () => {
    const before = await contentOf(staging.url);
    await switchOff(staging.url);
    await switchOff(staging.url);

    expect(await contentOf(staging.url)).toEqual(before);
    expect((await look(staging.url)).ok).toBe(true);
    const servers = await withClient(asOdoo(staging.url), (client) =>
      client.query('select smtp_host, smtp_port, smtp_user, smtp_pass from ir_mail_server where active'),
    );
    expect(servers.rows).toEqual([
      { smtp_host: 'mail.slipway.internal', smtp_port: 1025, smtp_user: null, smtp_pass: null },
    ]);
  });

  test('an address without an environment is asked all that can be asked of it', async () => {
    const without = await look(staging.url, null);

    expect(refused(without)).toEqual(['parameters-by-name']);
    expect(without.skipped).toEqual([
      'automation-incoming',
      'kiosk-keys',
      'links',
      'identity',
      'parameters-of-the-project',
    ]);
    expect(refused(await look(production.url, null)).length).toBeGreaterThan(60);
  });

  test('a module that is installed afterwards brings active scheduled actions, and a second run puts them off', async () => {
    await server.odoo(staging.database, ['-i', 'hr_presence', '--stop-after-init', '--no-http']);
    expect(refused(await look(staging.url))).toContain('crons-off');

    await openTransactions(admin).write(asOdoo(staging.url), (session) =>
      neutralise(session, { database: 'staging', occasion: 'update', identity, own }),
    );
    const after = await openTransactions(admin).read(asOdoo(staging.url), (session) =>
      validate(session, { database: 'staging', identity, arrival: false }),
    );
    expect(refused(after)).toEqual([]);
  });

  test('Odoo starts on it, logs in with its own password, and sends through the catcher only', async () => {
    const script = `
env['res.users']._login({'type': 'password', 'login': 'admin', 'password': 'own-passw0rd'}, {'interactive': False})
print('LOGIN ok')
try:
    env['mail.mail'].create({'email_to': 'someone@example.com', 'subject': 'x', 'body_html': 'x'}).send(raise_exception=True)
except Exception as failed:
    print('MAIL', str(failed)[:200].replace(chr(10), ' '))
print('URL', env['ir.config_parameter'].get_param('web.base.url'))
print('CRONS', env['ir.cron'].search_count([]))
task = env['project.task'].create({'name': 'A task', 'project_id': env['project.project'].create({'name': 'P'}).id})
print('TOKEN', len(task._portal_ensure_token()))
`;
    const log = await server.odoo(staging.database, ['shell', '--no-http'], script);

    expect(log).toContain('LOGIN ok');
    // The catcher's name is known on an environment's own network only.
    expect(log).toMatch(/MAIL .*Name or service not known/);
    expect(log).toContain('URL http://staging.localhost');
    expect(log).toContain('CRONS 1');
    expect(log).toMatch(/TOKEN 3[26]/);
  });
});
