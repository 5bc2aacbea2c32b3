import type { CheckContext } from './check.ts';
import { callRpc } from './odoo-call.ts';

/** By the session of the login; a text says why there is no number. */
export const countRecords = async (
  context: CheckContext,
  model: string,
  domain: readonly unknown[],
): Promise<number | string> => {
  const session = await context.session();
  if (session.kind === 'none') return session.why;
  if (session.kind === 'refused') return 'the login did not work';
  const call = { model, method: 'search_count', args: [domain], kwargs: {} };
  const answer = await callRpc(context, `/web/dataset/call_kw/${model}/search_count`, call, session.cookie);
  if (answer.kind === 'error') return `user ${session.uid} may not count ${model}: ${answer.why}`;
  return typeof answer.value === 'number' ? answer.value : 'Odoo answered no number';
};
