import { type CheckContext, fail, type Outcome, pass, type SmokeCheck } from '../check.ts';
import { follow } from '../follow.ts';
import { fieldOf, tags, titleOf } from '../html.ts';
import { SLOW_LIMIT } from '../odoo-call.ts';

export const loginPage: SmokeCheck = {
  id: 'login-page',
  title: 'Login page',
  proves: 'The database is loaded, and people find the form to log in, of the database that is meant.',
  run: async (context) => {
    const page = await follow(context, { method: 'GET', path: '/web/login', limit: SLOW_LIMIT });
    if ('error' in page)
      return fail(
        page.error,
        "Look at Odoo's log for /web/login; behind a proxy it needs proxy_mode and X-Forwarded-Proto.",
      );
    const { answer, path } = page;
    if (/^\/web\/database\//.test(path))
      return fail(
        `it sends to ${path}`,
        'No database is chosen for this address: set db_name, or a dbfilter that fits one database.',
      );
    if (answer.status !== 200)
      return fail(
        `answers ${answer.status}`,
        "Look at Odoo's log: the database is missing, empty, or its modules do not load.",
      );
    const missing = ['login', 'password', 'csrf_token'].filter((name) => fieldOf(answer.body, name) === null);
    if (missing.length > 0)
      return fail(
        `"${titleOf(answer.body)}" has no field ${missing.join(', ')}`,
        'A page answers, but not with the form of a login: is another program at this address, or a module that replaces it?',
      );
    return (await wrongDatabase(context, answer.body)) ?? pass(`200, form, ${answer.milliseconds} ms`);
  },
};

/** A form that lets people choose names others; from 19 on, Odoo also says whether it serves a database of that name on this address. */
const wrongDatabase = async (context: CheckContext, html: string): Promise<Outcome | null> => {
  const { database } = context;
  const offered = fieldOf(html, 'db') ?? tags(html, 'select').find(({ name }) => name === 'db')?.name ?? null;
  if (database === null) return null;
  const fix = `Set db_name and dbfilter so that this address serves ${database} and nothing else.`;
  if (offered !== null && offered !== database) return fail(`the form is for the database "${offered}"`, fix);
  const answer = await context.ask({
    method: 'POST',
    path: '/json/2/res.users/context_get',
    headers: { 'content-type': 'application/json', 'x-odoo-database': database },
    body: { reveal: () => '{}' },
  });
  return 'body' in answer && answer.body.includes('No database is selected')
    ? fail(`the database ${database} is not served here`, fix)
    : null;
};
