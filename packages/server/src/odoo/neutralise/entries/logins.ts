import { removeRows, rowsOf, setColumns } from '../blank.ts';
import { type Entry, sql } from '../entry.ts';

const HAS_PASSWORD = `id = (select res_id from ir_model_data where module = 'base' and name = 'user_admin') or coalesce(password, '') <> ''`;

/** Every user who could log in gets the environment's own: previews and staging are on addresses that others can reach, too. */
const passwords: Entry = {
  id: 'logins-password',
  why: 'Nobody logs in with a password of production: every user who could log in has the environment’s own.',
  holds: 'on-arrival',
  needs: { res_users: ['password'], ir_model_data: ['module', 'name', 'res_id'] },
  statements: ({ identity }) => [
    sql(
      `update res_users set password = $1 where (${HAS_PASSWORD}) and password is distinct from $1`,
      identity.passwordHash,
    ),
  ],
  check: ({ identity }) =>
    identity === null
      ? // Each hash has a salt of its own, so two that differ were not made here.
        sql(`select 'users with different passwords' as what from res_users where coalesce(password, '') <> ''
              having count(distinct password) > 1`)
      : sql(rowsOf('res_users', `(${HAS_PASSWORD}) and password is distinct from $1`), identity.passwordHash),
};

export const loginEntries: readonly Entry[] = [
  passwords,
  removeRows({
    id: 'logins-api-keys',
    why: 'API keys of production do not open this copy.',
    holds: 'on-arrival',
    table: 'res_users_apikeys',
    needs: [],
  }),
  removeRows({
    id: 'logins-oca-api-keys',
    why: 'API keys of OCA’s auth_api_key do not open this copy.',
    holds: 'on-arrival',
    table: 'auth_api_key',
  }),
  removeRows({
    id: 'logins-passkeys',
    why: 'Passkeys are bound to the address of production.',
    holds: 'on-arrival',
    table: 'auth_passkey_key',
  }),
  removeRows({
    id: 'logins-trusted-devices',
    why: 'Devices that production trusts are not trusted here.',
    holds: 'on-arrival',
    table: 'auth_totp_device',
    needs: [],
  }),
  removeRows({
    id: 'logins-devices',
    why: 'The list of production’s sessions is of no use here.',
    holds: 'on-arrival',
    table: 'res_device_log',
  }),
  removeRows({
    id: 'logins-deletions',
    why: 'Accounts whose deletion was asked for are deleted in production.',
    holds: 'on-arrival',
    table: 'res_users_deletion',
    where: `state = 'todo'`,
    needs: ['state'],
  }),
  removeRows({
    id: 'logins-ldap',
    why: 'No login is asked of the directory of production.',
    holds: 'always',
    table: 'res_company_ldap',
  }),
  setColumns({
    id: 'logins-oauth-off',
    why: 'Nobody logs in through a provider that knows production only.',
    holds: 'always',
    table: 'auth_oauth_provider',
    set: { enabled: 'false' },
  }),
  setColumns({
    id: 'logins-oauth-clients',
    why: 'The client ids of production’s login providers are gone.',
    holds: 'on-arrival',
    table: 'auth_oauth_provider',
    set: { client_id: 'null' },
  }),
  setColumns({
    id: 'logins-saml-off',
    why: 'Nobody logs in through OCA’s auth_saml.',
    holds: 'always',
    table: 'auth_saml_provider',
    set: { active: 'false' },
  }),
];
