import type { CheckContext, Session } from './check.ts';
import { follow } from './follow.ts';
import { fieldOf } from './html.ts';
import { callRpc, SLOW_LIMIT } from './odoo-call.ts';

type Context = Omit<CheckContext, 'session'>;

const refused = (why: string): Session => ({ kind: 'refused', why });

/** Logs in by the form, as people do: unlike Odoo's JSON login it needs no name of a database, and works in every series. */
export const openSession = async (context: Context): Promise<Session> => {
  const { login } = context;
  if (login === null) return { kind: 'none', why: 'no login was given' };
  const page = await follow(context, { method: 'GET', path: '/web/login', limit: SLOW_LIMIT });
  if ('error' in page) return refused(page.error);
  const token = fieldOf(page.answer.body, 'csrf_token');
  if (token === null) return refused('the login page has no form');
  const answer = await context.ask({
    method: 'POST',
    path: page.path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookieOf(page.answer.cookies) },
    body: {
      reveal: () =>
        new URLSearchParams({ csrf_token: token, login: login.user, password: login.password.reveal() }).toString(),
    },
    limit: SLOW_LIMIT,
  });
  if ('error' in answer) return refused(answer.error);
  if (answer.status === 200) return refused('the form came back: wrong user or password');
  if (answer.status < 300 || answer.status >= 400) return refused(`the form was answered with ${answer.status}`);
  if (/\/web\/login\/totp/.test(answer.headers.location ?? '')) return refused('it asks for a second factor');
  return whoIsIt(context, cookieOf([...page.answer.cookies, ...answer.cookies]));
};

/** All of them, the last of each name: a website sets others beside the session's, in no certain order. */
const cookieOf = (cookies: readonly string[]): string =>
  [...new Map(cookies.map((cookie) => [cookie.split('=', 1)[0], cookie])).values()].join('; ');

/** The first call of the session, and what it says of itself. */
const whoIsIt = async (context: Context, cookie: string): Promise<Session> => {
  const answer = await callRpc(context, '/web/session/get_session_info', {}, cookie);
  if (answer.kind === 'error') return refused(`logged in, but the first call of the session failed: ${answer.why}`);
  const { uid, db } = answer.value as { uid?: unknown; db?: unknown };
  if (typeof uid !== 'number') return refused('logged in, but the session belongs to nobody');
  return { kind: 'open', uid, database: typeof db === 'string' ? db : null, cookie };
};
