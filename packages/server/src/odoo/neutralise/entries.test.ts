import { describe, expect, test } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import { CHECKS } from './checks.ts';
import type { ColumnKind, Columns } from './columns.ts';
import { CREDENTIAL_KEY, CREDENTIAL_NAME, CREDENTIAL_VALUE, RANDOM_VALUE } from './credential-names.ts';
import { ENTRIES } from './entries.ts';
import { applies } from './entry.ts';
import { makeIdentity } from './identity.ts';

const identity = await makeIdentity({
  url: 'http://pr-1.localhost',
  adminPassword: new Secret('s3cret-word'),
  databaseUuid: new Secret('s3cret-uuid'),
  databaseSecret: new Secret('s3cret-secret'),
  parameters: { 'erp.token': 'test' },
});

const kind: ColumnKind = { type: 'character varying', notNull: false, maxLength: null };
const columns = (tables: Readonly<Record<string, readonly string[]>>): Columns =>
  new Map(Object.entries(tables).map(([table, names]) => [table, new Map(names.map((name) => [name, kind]))]));

/** What Odoo 14 has of what differs: no triggers, no authentication by name, `payment_acquirer`, `acquirer_ref`. */
const FOURTEEN = columns({
  ir_config_parameter: ['id', 'key', 'value'],
  ir_cron: ['id', 'active'],
  ir_model_data: ['module', 'name', 'res_id', 'model'],
  ir_mail_server: ['id', 'name', 'smtp_host', 'smtp_port', 'smtp_user', 'smtp_pass', 'smtp_encryption', 'active'],
  fetchmail_server: ['id', 'server', 'user', 'password', 'active', 'state'],
  mail_mail: ['id', 'state'],
  payment_acquirer: ['id', 'state'],
  payment_token: ['id', 'active', 'acquirer_ref'],
  res_users: ['id', 'password'],
});

const texts = (given: Columns): string =>
  ENTRIES.filter((entry) => applies(entry, given))
    .flatMap((entry) => entry.statements({ columns: given, identity }))
    .map(({ text }) => text)
    .join('\n');

describe('the table of entries', () => {
  test('has each id once', () => {
    const ids = CHECKS.map(({ id }) => id);

    expect([...new Set(ids)]).toEqual(ids);
  });

  test('asks an old series for nothing that it does not have', () => {
    const old = texts(FOURTEEN);

    expect(old).not.toMatch(/ir_cron_trigger|smtp_authentication|provider_ref|owner_user_id|google_|payment_provider/);
    expect(old).toMatch(/payment_acquirer/);
    expect(old).toMatch(/acquirer_ref/);
  });

  test('does nothing at all where a database has only what every Odoo has', () => {
    expect(texts(columns({ ir_config_parameter: ['id', 'key', 'value'] }))).not.toMatch(
      /ir_cron|ir_mail_server|res_users/,
    );
  });

  test('is the same when a step runs twice, and holds no secret', () => {
    const once = ENTRIES.flatMap((entry) => entry.statements({ columns: FOURTEEN, identity }));

    expect(ENTRIES.flatMap((entry) => entry.statements({ columns: FOURTEEN, identity }))).toEqual(once);
    expect(JSON.stringify(once)).not.toContain('s3cret');
  });

  test('empties a required column that is called like a credential with a word that fits', () => {
    const found = columns({ ir_config_parameter: ['id', 'key', 'value'], erp_link: ['id'] });
    (found.get('erp_link') as Map<string, ColumnKind>).set('api_token', { ...kind, notNull: true, maxLength: 8 });

    expect(texts(found)).toContain(`left('neutralised-' || id, 8)`);
  });

  test('makes the links to conversations anew, though nothing in their name says that they let somebody in', () => {
    const found = columns({
      ir_config_parameter: ['id', 'key', 'value'],
      discuss_channel: ['id', 'uuid'],
      pos_order: ['id', 'uuid'],
    });

    expect(texts(found)).toMatch(/update "discuss_channel" set "uuid" = case when/);
    expect(texts(found)).not.toContain('pos_order');
  });

  test('quotes names that come from the database', () => {
    const found = columns({ ir_config_parameter: ['id', 'key', 'value'], 'x"; drop table t; --': ['id', 'api_key'] });

    expect(texts(found)).toContain('update "x""; drop table t; --" set "api_key"');
  });
});

describe('what is called like a credential', () => {
  const named = new RegExp(CREDENTIAL_NAME);
  const keyed = new RegExp(CREDENTIAL_KEY, 'i');

  test.each([
    'password',
    'smtp_pass',
    'l10n_in_edi_token',
    'stripe_secret_key',
    'x_studio_erp_api_key',
    'pin',
    'access_token',
  ])('the column %s', (column) => expect(column).toMatch(named));

  test.each(['passport_id', 'compass', 'pinned_at', 'key', 'website_form_key', 'secretary', 'keyword'])(
    'not the column %s',
    (column) => expect(column).not.toMatch(named),
  );

  test.each([
    'my_custom.api_token',
    'mail.twilio_account_sid',
    'google_gmail_client_id',
    'erp-password',
    'shop.webhook_url',
    'x_key',
  ])('the parameter %s', (key) => expect(key).toMatch(keyed));

  test.each([
    'web.base.url',
    'sale.default_confirmation_template',
    'crm.pls_fields',
    'auth_totp.policy',
    'stock.barcode_separator',
  ])('not the parameter %s', (key) => expect(key).not.toMatch(keyed));
});

describe('what looks like a credential', () => {
  const value = new RegExp(CREDENTIAL_VALUE.replaceAll('[:space:]', '\\s').replaceAll('[:alnum:]', 'A-Za-z0-9'));
  const random = new RegExp(RANDOM_VALUE);

  test.each([
    'https://robot:word@erp.example.com',
    '-----BEGIN PRIVATE KEY-----',
    'sk_live_51abc',
    'https://hooks.slack.com/services/T0/B0/x',
    'eyJhbGciOi.eyJzdWIi.sig',
  ])('%s', (text) => expect(text).toMatch(value));

  test.each(['https://erp.example.com/path', 'a,b,c', 'True', 'urn:ietf:wg:oauth:2.0:oob'])('not %s', (text) => {
    expect(text).not.toMatch(value);
    expect(text).not.toMatch(random);
  });

  test('a long word of letters and digits', () => {
    expect('q7w8e9r0t1y2u3i4o5p6a7s8').toMatch(random);
    expect('phone_state,email_state,state_id2').not.toMatch(random);
  });
});
