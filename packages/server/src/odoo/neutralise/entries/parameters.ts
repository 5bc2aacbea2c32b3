import { CREDENTIAL_KEY, CREDENTIAL_VALUE, RANDOM_VALUE } from '../credential-names.ts';
import type { Entry, Given } from '../entry.ts';
import { sql } from '../entry.ts';
import type { Identity } from '../identity.ts';

const TABLE = { ir_config_parameter: ['key', 'value'] } as const;

/** Addresses of services that Odoo sells; without these parameters Odoo takes those of production. */
const ENDPOINTS = [
  'iap.endpoint',
  'sms.endpoint',
  'snailmail.endpoint',
  'enrich.endpoint',
  'reveal.endpoint',
  'iap.partner_autocomplete.endpoint',
  'mail.server.gmail.iap.endpoint',
  'mail.server.outlook.iap.endpoint',
  'html_editor.olg_api_endpoint',
  'html_editor.media_library_endpoint',
];
const NOWHERE = 'https://neutralised.invalid';

const own = (identity: Identity): Readonly<Record<string, string>> => ({
  'web.base.url': identity.url,
  'web.base.url.freeze': 'True',
  // Reports are rendered inside the container, where the public address may not resolve.
  'report.url': 'http://127.0.0.1:8069',
  'database.uuid': identity.uuid,
  'database.secret': identity.secret,
  'database.is_neutralized': 'True',
});

/** Values of ours that must stand there; a project's own test value for the same key wins. */
const fixed = (id: string, why: string, values: (given: Given) => Readonly<Record<string, string>> | null): Entry => {
  const wanted = (given: Given): Readonly<Record<string, string>> | null => {
    const all = values(given);
    return all === null
      ? null
      : Object.fromEntries(Object.entries(all).filter(([key]) => !Object.hasOwn(overrides(given), key)));
  };
  return {
    id,
    why,
    holds: 'always',
    needs: TABLE,
    statements: (given) => setParameters(wanted(given) ?? {}),
    check: (given) => {
      const all = wanted(given);
      if (all === null) return null;
      return sql(
        `select 'ir_config_parameter ' || w.key as what from unnest($1::text[], $2::text[]) as w (key, value)
           left join ir_config_parameter p on p.key = w.key where p.value is distinct from w.value`,
        Object.keys(all),
        Object.values(all),
      );
    },
  };
};

const overrides = ({ identity }: Given): Readonly<Record<string, string>> => identity?.parameters ?? {};

const setParameters = (values: Readonly<Record<string, string>>) => [
  sql(
    `insert into ir_config_parameter (key, value, create_date, write_date)
     select key, value, now() at time zone 'utc', now() at time zone 'utc' from unnest($1::text[], $2::text[]) as w (key, value)
     on conflict (key) do update set value = excluded.value, write_date = excluded.write_date
      where ir_config_parameter.value is distinct from excluded.value`,
    Object.keys(values),
    Object.values(values),
  ),
];

/** Known to hold no credential although they are called so, or look so. */
const HARMLESS = [
  'database.uuid',
  'database.secret',
  'database.create_date',
  'microsoft_redirect_uri',
  'microsoft_calendar.microsoft_guid',
  'website_profile.uuid',
  'auth_signup.reset_password',
  'auth_signup.reset_password.validity.hours',
  'auth_signup.reset_password.expiration.hours',
  'auth_password_policy.minlength',
  'password.hashing.rounds',
];
const ALL_HARMLESS = [...HARMLESS, ...ENDPOINTS, 'web.base.url', 'report.url'];
/** Yes, no, a small number: a switch and not a credential. */
const SWITCH = '^(true|false|[0-9]{0,4})$';

/** Client ids, accounts and keys that the patterns would miss. */
const KNOWN = [
  'database.enterprise_code',
  'mail.sfu_server_url',
  'unsplash.app_id',
  'recaptcha_public_key',
  'cf.turnstile_site_key',
  'cloud_storage_provider',
  'cloud_storage_google_bucket_name',
  'cloud_storage_azure_account_name',
  'cloud_storage_azure_container_name',
  'ir_attachment.location',
];

const blanked = (
  id: string,
  why: string,
  holds: Entry['holds'],
  condition: string,
  parameters: (given: Given) => unknown[],
): Entry => ({
  id,
  why,
  holds,
  needs: TABLE,
  statements: (given) => [
    // Empty rather than gone: a person sees which setting a test value belongs in, and Odoo takes it for "not set".
    sql(`update ir_config_parameter set value = '' where ${condition}`, ...parameters(given)),
  ],
  check: (given) =>
    sql(
      `select 'ir_config_parameter ' || key as what from ir_config_parameter where ${condition}`,
      ...parameters(given),
    ),
});

const spared = (given: Given): unknown[] => [[...ALL_HARMLESS, ...KNOWN, ...Object.keys(overrides(given))]];

export const parameterEntries: readonly Entry[] = [
  fixed(
    'identity',
    'The database has an address, an identity and a secret of its own: no link or session of production is valid here, nor the other way round.',
    (given) => (given.identity === null ? null : own(given.identity)),
  ),
  fixed('endpoints', 'Services that Odoo sells are asked at an address that does not exist.', () =>
    Object.fromEntries(ENDPOINTS.map((key) => [key, NOWHERE])),
  ),
  fixed('lead-enrichment', 'Leads are not enriched by themselves.', () => ({
    'crm.iap.lead.enrich.setting': 'manual',
  })),
  {
    id: 'mail-catchall',
    why: 'Before Odoo 17 the alias domain is a parameter: answers must not reach production.',
    holds: 'always',
    needs: TABLE,
    statements: () => [
      sql(`update ir_config_parameter set value = 'alias.slipway.internal'
            where key in ('mail.catchall.domain', 'mail.catchall.domain.allowed') and value <> 'alias.slipway.internal'`),
    ],
    check: () =>
      sql(`select 'ir_config_parameter ' || key as what from ir_config_parameter
            where key in ('mail.catchall.domain', 'mail.catchall.domain.allowed') and value <> 'alias.slipway.internal'`),
  },
  blanked(
    'parameters-known',
    'Accounts and keys that Odoo’s modules keep as parameters are empty.',
    'on-arrival',
    `key = any($1::text[]) and not key = any($2::text[]) and value <> ''`,
    (given) => [KNOWN, Object.keys(overrides(given))],
  ),
  blanked(
    'parameters-by-name',
    'Parameters that are called like a password, key or token are empty, whoever made them.',
    'on-arrival',
    `key ~* '${CREDENTIAL_KEY}' and value !~* '${SWITCH}' and value !~ '${CREDENTIAL_VALUE}' and value !~ '${RANDOM_VALUE}' and not key = any($1::text[])`,
    spared,
  ),
  blanked(
    'parameters-by-value',
    'Parameters whose value looks like a credential are empty, whatever they are called.',
    'on-arrival',
    `(value ~ '${CREDENTIAL_VALUE}' or value ~ '${RANDOM_VALUE}') and not key = any($1::text[])`,
    spared,
  ),
  {
    id: 'parameters-of-the-project',
    why: 'Test values that the project wants are set (`parameters` of its stage).',
    holds: 'always',
    needs: TABLE,
    statements: (given) => (Object.keys(overrides(given)).length === 0 ? [] : setParameters(overrides(given))),
    check: (given) => {
      const wanted = overrides(given);
      if (Object.keys(wanted).length === 0) return null;
      return sql(
        `select 'ir_config_parameter ' || w.key as what from unnest($1::text[], $2::text[]) as w (key, value)
           left join ir_config_parameter p on p.key = w.key where p.value is distinct from w.value`,
        Object.keys(wanted),
        Object.values(wanted),
      );
    },
  },
];
