import { type CheckContext, fail, pass, type SmokeCheck } from '../check.ts';
import { callRpc } from '../odoo-call.ts';

/** Null: Odoo keeps the list to itself, or a proxy does. */
const listed = async (context: CheckContext): Promise<readonly unknown[] | null | string> => {
  const answer = await callRpc(context, '/web/database/list', {});
  if (answer.kind === 'result') return Array.isArray(answer.value) ? answer.value : null;
  return answer.name.endsWith('AccessDenied') || /^answers 40[134]$/.test(answer.why) ? null : answer.why;
};

/** Asked of the list behind the page: the page itself answers 200 also where it is switched off. */
export const databaseSelector: SmokeCheck = {
  id: 'database-selector',
  title: 'Database selector',
  proves: 'Strangers see the list of databases, and the form that makes and drops them, only where that is wanted.',
  run: async (context) => {
    const wanted = context.settings.database_selector;
    const found = await listed(context);
    if (typeof found === 'string') return fail(`/web/database/list: ${found}`, "Look at Odoo's log for this request.");
    const state = found === null ? 'disabled' : 'enabled';
    // How many, and not which: this is printed in places that strangers read.
    const measured = found === null ? 'disabled' : `enabled, ${found.length} listed`;
    if (state === wanted) return pass(measured);
    return fail(
      `${measured}, wanted ${wanted}`,
      wanted === 'disabled'
        ? 'Set list_db = False in odoo.conf; or say smoke.database_selector: enabled in slipway.yaml.'
        : 'Set list_db = True in odoo.conf; or say smoke.database_selector: disabled in slipway.yaml.',
    );
  },
};
