import { fail, pass, type SmokeCheck, skip } from '../check.ts';

export const logIn: SmokeCheck = {
  id: 'log-in',
  title: 'Login and a call',
  proves: 'A user gets in by the form, and the session can call Odoo, on the database that is meant.',
  run: async ({ session, now, database, login }) => {
    const begun = now();
    const found = await session();
    if (found.kind === 'none') return skip(found.why);
    const user = login?.user ?? '';
    if (found.kind === 'refused')
      return fail(
        `login as ${user}: ${found.why}`,
        'Check the user and its password, and that it needs no second factor.',
      );
    if (database !== null && found.database !== null && found.database !== database)
      return fail(
        `logged in to ${found.database} instead of ${database}`,
        `Set db_name and dbfilter so that this address serves ${database}.`,
      );
    return pass(`${user} is user ${found.uid} of ${found.database ?? 'its database'}, ${Math.round(now() - begun)} ms`);
  },
};
