import { type Check, sql } from '../entry.ts';

export const codeThatCalls: Check = {
  id: 'code-that-calls',
  meaning:
    'A server action that a person wrote calls something outside. Its code stays as it is; the way out of the network decides.',
  mend: 'Nothing has to be done. To be sure, archive the action in production’s copy.',
  holds: 'on-arrival',
  severity: 'tell',
  needs: { ir_act_server: ['state', 'code'], ir_model_data: ['model', 'res_id'] },
  query: () =>
    sql(`select 'ir_act_server ' || id as what from ir_act_server
          where state = 'code' and code ~* '(requests[.]|urlopen|https?://|iap_jsonrpc|_iap_|smtplib|[.]send\\()'
            and id not in (select res_id from ir_model_data where model in ('ir.actions.server', 'ir.cron'))
            and id not in (select ir_actions_server_id from ir_cron)`),
};
