import { leftOf, removeRows, rowsOf, setColumns, updateOf } from '../blank.ts';
import { type Entry, type Given, sql } from '../entry.ts';
import { CATCHER, CATCHER_NAME } from '../identity.ts';

/** Odoo's own SQL adds one more of these with every run. */
const ODOOS_DUMMY = 'neutralization - disable emails';

const OURS = `smtp_host = '${CATCHER.host}' and smtp_port = ${CATCHER.port}`;
/** With none active Odoo falls back to the server on its command line, so there must be one. */
const CATCHER_FACTS = {
  smtp_host: `'${CATCHER.host}'`,
  smtp_port: String(CATCHER.port),
  smtp_encryption: `'none'`,
  smtp_authentication: `'login'`,
  smtp_user: 'null',
  from_filter: 'null',
  owner_user_id: 'null',
  active: 'true',
};
const catcher = { table: 'ir_mail_server', set: CATCHER_FACTS, where: `name = '${CATCHER_NAME}'` };

const addCatcher = ({ columns }: Given): string => {
  const present = Object.entries(CATCHER_FACTS).filter(([column]) => columns.get('ir_mail_server')?.has(column));
  return `insert into ir_mail_server (name, ${present.map(([column]) => column).join(', ')})
          select '${CATCHER_NAME}', ${present.map(([, value]) => value).join(', ')}
           where not exists (select from ir_mail_server where name = '${CATCHER_NAME}')`;
};

const theCatcher: Entry = {
  id: 'mail-catcher',
  why: 'Mail goes to the catcher: there is one mail server that says so. With none active Odoo uses the one of its command line.',
  holds: 'always',
  needs: { ir_mail_server: ['smtp_host', 'smtp_port', 'active'] },
  statements: (given) => [
    sql(`delete from ir_mail_server where name = '${ODOOS_DUMMY}'`),
    sql(addCatcher(given)),
    ...updateOf(catcher, given.columns),
  ],
  check: ({ columns }) =>
    sql(`${leftOf(catcher, columns) ?? rowsOf('ir_mail_server', 'false')}
         union all select 'no mail server for the catcher' where not exists (select from ir_mail_server where name = '${CATCHER_NAME}')`),
};

const NOT_OURS = `name is distinct from '${CATCHER_NAME}'`;

export const mailEntries: readonly Entry[] = [
  theCatcher,
  setColumns({
    id: 'mail-servers-off',
    why: 'No other mail server sends: every one of production is archived.',
    holds: 'always',
    table: 'ir_mail_server',
    set: { active: 'false' },
    where: `${NOT_OURS} and not (${OURS})`,
  }),
  setColumns({
    id: 'mail-servers-nowhere',
    why: 'An archived mail server that somebody activates again must lead nowhere: its address and login are gone.',
    holds: 'on-arrival',
    table: 'ir_mail_server',
    needs: ['smtp_host', 'smtp_user'],
    set: {
      smtp_host: `'invalid'`,
      smtp_user: 'null',
      from_filter: 'null',
      smtp_ssl_certificate: 'null',
      owner_user_id: 'null',
    },
    where: NOT_OURS,
  }),
  setColumns({
    id: 'mail-fetch-off',
    why: 'No mailbox is read: a mail that staging fetches is a mail that production never sees.',
    holds: 'always',
    table: 'fetchmail_server',
    set: { active: 'false' },
  }),
  setColumns({
    id: 'mail-fetch-nowhere',
    why: 'An archived mailbox that somebody activates again must lead nowhere.',
    holds: 'on-arrival',
    table: 'fetchmail_server',
    needs: ['server', 'user'],
    set: { server: `'invalid'`, user: 'null', state: `'draft'` },
  }),
  setColumns({
    id: 'mail-template-server',
    why: 'No template names one of the mail servers of production.',
    holds: 'on-arrival',
    table: 'mail_template',
    set: { mail_server_id: 'null' },
  }),
  setColumns({
    id: 'mail-alias-domain',
    why: 'Answers to a mail of this environment must not reach the mailboxes of production: its alias domain is no real one.',
    holds: 'on-arrival',
    table: 'mail_alias_domain',
    set: { name: `'alias-' || id || '.slipway.internal'` },
  }),
  setColumns({
    id: 'mail-alias-names',
    why: 'The stored addresses of aliases follow their domain.',
    holds: 'on-arrival',
    table: 'mail_alias',
    needs: ['alias_full_name', 'alias_name', 'alias_domain_id'],
    set: {
      alias_full_name: `case when alias_domain_id is null then alias_name else alias_name || '@alias-' || alias_domain_id || '.slipway.internal' end`,
    },
    where: 'alias_full_name is not null',
  }),
  removeRows({
    id: 'mail-push-devices',
    why: 'Nobody’s browser or telephone is notified by a copy.',
    holds: 'on-arrival',
    table: 'mail_push_device',
  }),
  removeRows({
    id: 'mail-push-devices-17',
    why: 'The same in Odoo 17 and 18, where the table has another name.',
    holds: 'on-arrival',
    table: 'mail_partner_device',
  }),
  removeRows({
    id: 'mail-ice-servers',
    why: 'Calls must not run over servers of production, whose login stands in these rows.',
    holds: 'on-arrival',
    table: 'mail_ice_server',
  }),
  setColumns({
    id: 'mail-calls',
    why: 'A call of a copy does not go on over the server of production on which it was begun.',
    holds: 'on-arrival',
    table: 'discuss_channel',
    set: { sfu_channel_uuid: 'null', sfu_server_url: 'null' },
  }),
];
