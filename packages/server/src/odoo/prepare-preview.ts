import type { Secret } from '../domain/secret.ts';
import type { Statement } from '../ports/database-server.ts';
import { passwordHash, uuidOf } from './password-hash.ts';
import { seriesFacts } from './series.ts';

export interface PreviewIdentity {
  readonly series: string;
  readonly url: string;
  readonly adminPassword: Secret;
  readonly databaseUuid: Secret;
  readonly databaseSecret: Secret;
}

/** One statement for all of them, one way to the server. */
const setParameters = (values: Readonly<Record<string, string>>): Statement => ({
  text: `insert into ir_config_parameter (key, value, create_date, write_date)
         select key, value, now(), now() from unnest($1::text[], $2::text[]) as given (key, value)
         on conflict (key) do update set value = excluded.value, write_date = now()`,
  parameters: [Object.keys(values), Object.values(values)],
});

const MAIL_SERVER = 'Slipway: no mail leaves a preview';

/**
 * What a copy needs before any Odoo may connect to it: its own passwords, identity and address; one mail server that leads
 * nowhere (with none active Odoo falls back to the one on its command line); no crons but the vacuum. Safe to run twice.
 */
export const preparePreview = (identity: PreviewIdentity): Statement[] => [
  ...passwords(passwordHash(identity.adminPassword, identity.url)),
  setParameters({
    'web.base.url': identity.url,
    'web.base.url.freeze': 'True',
    // Reports are rendered inside the container, where the public address may not resolve.
    'report.url': 'http://127.0.0.1:8069',
    'database.uuid': uuidOf(identity.databaseUuid),
    'database.secret': uuidOf(identity.databaseSecret),
    'database.is_neutralized': 'True',
  }),
  ...noMail(seriesFacts(identity.series).cronTriggers),
  ...noCrons(seriesFacts(identity.series).cronTriggers),
];

/** Every user that could log in gets it: demonstration data brings demo/demo and portal/portal, and previews are on public addresses. */
const passwords = (hash: string): Statement[] => [
  {
    text: `update res_users set password = $1
            where id = (select res_id from ir_model_data where module = 'base' and name = 'user_admin')
               or coalesce(password, '') <> ''`,
    parameters: [hash],
  },
];

const noMail = (authentication: boolean): Statement[] => [
  { text: 'update ir_mail_server set active = false where name <> $1', parameters: [MAIL_SERVER] },
  {
    text: `insert into ir_mail_server (name, smtp_host, smtp_port, smtp_encryption, active${authentication ? ', smtp_authentication' : ''})
           select $1::varchar, 'invalid', 1025, 'none', true${authentication ? ", 'login'" : ''}
            where not exists (select from ir_mail_server where name = $1::varchar)`,
    parameters: [MAIL_SERVER],
  },
];

const noCrons = (triggers: boolean): Statement[] => [
  {
    text: `update ir_cron set active = false where id not in (
             select res_id from ir_model_data where model = 'ir.cron' and module = 'base' and name = 'autovacuum_job')`,
    parameters: [],
  },
  ...(triggers ? [{ text: 'delete from ir_cron_trigger', parameters: [] }] : []),
];
