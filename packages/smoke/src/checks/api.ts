import { type CheckContext, fail, pass, type SmokeCheck, skip } from '../check.ts';
import { readJson, SLOW_LIMIT, short } from '../odoo-call.ts';

const PATH = '/json/2/res.users/context_get';

const call = ({ ask, apiKey, database }: CheckContext) =>
  ask({
    method: 'POST',
    path: PATH,
    headers: { 'content-type': 'application/json', ...(database === null ? {} : { 'x-odoo-database': database }) },
    body: { reveal: () => '{}' },
    ...(apiKey === null ? {} : { bearer: apiKey }),
    limit: SLOW_LIMIT,
  });

/** Odoo 19's API for programs. */
export const api: SmokeCheck = {
  id: 'api',
  title: 'API key',
  proves: 'Programs get in: a call of /json/2 with an API key is answered.',
  run: async (context) => {
    const { apiKey, series } = context;
    if (apiKey === null) return skip('no API key was given');
    if (series !== null && series !== '19.0') return skip(`Odoo ${series} has no /json/2`);
    const answer = await call(context);
    if ('error' in answer) return fail(answer.error, "Look at Odoo's log for this request.");
    const said = readJson(answer.body) as { uid?: unknown; message?: unknown } | undefined;
    if (answer.status === 200 && typeof said?.uid === 'number')
      return pass(`200, user ${said.uid}, ${answer.milliseconds} ms`);
    const measured = `answers ${answer.status}${said?.message === undefined ? '' : `: ${short(String(said.message))}`}`;
    if (answer.status === 401)
      return fail(measured, 'The key is wrong or has expired: make another in the preferences of its user.');
    if (answer.status === 404) return fail(measured, 'The database is not served here, or this is no Odoo 19.');
    return fail(measured, "Look at Odoo's log for this request.");
  },
};
