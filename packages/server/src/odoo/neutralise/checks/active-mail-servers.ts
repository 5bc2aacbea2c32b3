import { type Check, sql } from '../entry.ts';
import { CATCHER } from '../identity.ts';

/** Asked apart from the entries, by another question: an entry that is wrong is wrong in its check, too. */
export const activeMailServers: Check = {
  id: 'active-mail-servers',
  meaning: 'Odoo would send mail through a server that is not the catcher.',
  mend: 'Archive the mail server, or neutralise again.',
  holds: 'always',
  severity: 'refuse',
  needs: { ir_mail_server: ['active', 'smtp_host'] },
  query: () =>
    sql(
      `select 'ir_mail_server ' || id as what from ir_mail_server where active and smtp_host not in ($1, 'invalid')`,
      CATCHER.host,
    ),
};
