/** Logging in to an Odoo without a password: whom one can be, and the program that makes the session. */
import type { EnvironmentUser } from '@slipway/contracts/shell-views';
import type { Statement } from '../ports/database-copy.ts';

export interface OdooUser extends EnvironmentUser {
  readonly uid: number;
}

/** What is ours in a session: the ticket that it came by, and the break-glass that it ends with. */
export const SESSION_MARK = 'slipway_connect';
const SAYS = 'SLIPWAY-SESSION ';

/** `share`: neither internal nor, without a group of portal users, anything but the website's own public user. */
export const usersStatement: Statement = {
  text: `select u.id as uid, u.login, coalesce(p.name, u.login) as name, coalesce(u.active, false) as active,
  case when not coalesce(u.share, false) then 'internal'
    when u.id in (select res_id from ir_model_data where module = 'base' and name = 'public_user' and model = 'res.users') then 'public'
    else 'portal' end as kind
from res_users u left join res_partner p on p.id = u.partner_id
where u.id <> 1 and u.login is not null order by u.share, u.login, u.id limit 5000`,
  parameters: [],
};

/** Nobody but the website itself is the public user. */
export const mayLogIn = ({ active, kind }: EnvironmentUser): boolean => active && kind !== 'public';

/**
 * For `odoo shell`: a session as Odoo itself makes one at the end of a login, with the token that Odoo computes; what modules add to that
 * counts. Only numbers and our own ids are put into the text.
 */
export const connectProgram = ({ uid, mark }: { readonly uid: number; readonly mark: string }): string => {
  if (!Number.isSafeInteger(uid) || !/^[a-z0-9_/]+$/.test(mark)) throw new TypeError('not a user or mark of ours');
  return `
import time
from odoo import http
user = env['res.users'].with_user(${uid}).browse(${uid})
if not user.sudo().active:
    raise SystemExit('the user is archived')
store = http.root.session_store
session = store.new()
session.update(http.get_default_session() if hasattr(http, 'get_default_session') else {})
session.update({
    'db': env.cr.dbname,
    'login': user.sudo().login,
    'uid': ${uid},
    'context': dict(user.context_get()),
    'session_token': user._compute_session_token(session.sid),
    'create_time': time.time(),
    '${SESSION_MARK}': '${mark}',
})
store.save(session)
print('${SAYS}' + session.sid, flush=True)
`;
};

/** The session's id out of what the program printed; null: it made none. */
export const sessionIn = (output: string): string | null =>
  /^SLIPWAY-SESSION ([A-Za-z0-9_-]{20,200})\r?$/m.exec(output)?.[1] ?? null;

/** Why there is none, in one line without a session or a value: the last line of a traceback. */
export const connectTrouble = (output: string): string => {
  const lines = output.split('\n').map((line) => line.trim());
  const error = lines.findLast((line) => /^[\w.]*(?:Error|Exception|Exit)\b|the user is archived/.test(line));
  return (error ?? 'it ended without a word').slice(0, 200);
};
