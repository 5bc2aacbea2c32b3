/** Makes a freshly installed database a production of its own: the template that Odoo makes has a password that everybody knows. */
import type { Statement } from '../ports/database-copy.ts';
import type { Identity } from './neutralise/identity.ts';

const PARAMETER = `insert into ir_config_parameter (key, value, create_date, write_date) values ($1, $2, now(), now())
  on conflict (key) do update set value = excluded.value, write_date = now()
  where ir_config_parameter.value is distinct from excluded.value`;

const ADMINISTRATOR = `update res_users set password = $1
  where id = (select res_id from ir_model_data where module = 'base' and name = 'user_admin')`;

/**
 * The administrator's password and the database's identity. The addresses that mails and reports carry are fixed, or the first
 * administrator who logs in by another one would change them for everybody.
 */
export const claimStatements = ({ passwordHash, uuid, secret, url }: Identity): readonly Statement[] => [
  { text: ADMINISTRATOR, parameters: [passwordHash] },
  ...Object.entries({
    'database.uuid': uuid,
    'database.secret': secret,
    'web.base.url': url,
    'web.base.url.freeze': 'True',
    'report.url': 'http://127.0.0.1:8069',
  }).map(([key, value]) => ({ text: PARAMETER, parameters: [key, value] })),
];
