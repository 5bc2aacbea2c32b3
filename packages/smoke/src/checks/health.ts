import { fail, pass, type SmokeCheck } from '../check.ts';
import { readJson, SLOW_LIMIT, short } from '../odoo-call.ts';

const OLD = '14.0';
const PATH = '/web/health?db_server_status=true';

/** That Odoo's process answers and reaches its database server. It says nothing of the database itself: other checks do. */
export const health: SmokeCheck = {
  id: 'health',
  title: 'Health',
  proves: 'Odoo runs and reaches its database server.',
  run: async ({ ask, series }) => {
    const answer = await ask({ method: 'GET', path: series === OLD ? '/web/login' : PATH, limit: SLOW_LIMIT });
    if ('error' in answer)
      return fail(
        answer.error,
        'Is Odoo running, and is this its address? Look at its log, and at the proxy before it.',
      );
    if (series === OLD && answer.status === 200) return pass('200 of /web/login: Odoo 14.0 has no page for its health');
    const said = readJson(answer.body) as { status?: unknown; db_server_status?: unknown } | undefined;
    if (answer.status === 200 && said?.status === 'pass')
      return pass(`200, status "pass" in ${answer.milliseconds} ms`);
    const measured = `${answer.status}, ${said === undefined ? `no JSON: "${short(answer.body)}"` : `status "${short(String(said?.status))}"`}`;
    if (said?.db_server_status === false)
      return fail(
        measured,
        'Odoo does not reach its database server: look at db_host, db_user and db_password in odoo.conf.',
      );
    return fail(measured, 'This is not what Odoo answers on /web/health: look at what stands before it.');
  },
};
