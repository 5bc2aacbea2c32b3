import { quoteText } from '../../../domain/quote.ts';
import { setColumns } from '../blank.ts';
import { CODE_WITH_CREDENTIAL, CREDENTIAL_VALUE } from '../credential-names.ts';
import { type Entry, sql } from '../entry.ts';
import { derived } from '../identity.ts';

const NOT_VACUUM = `id not in (select res_id from ir_model_data where model = 'ir.cron' and module = 'base' and name = 'autovacuum_job')`;

const webhookIds: Entry = {
  id: 'automation-incoming',
  why: 'Addresses of incoming webhooks are others than those of production, so that what calls production cannot call a copy.',
  holds: 'on-arrival',
  needs: { base_automation: ['webhook_uuid'] },
  statements: ({ identity }) => {
    const wanted = derived(identity, 'base_automation', 'webhook_uuid');
    return [sql(`update base_automation set webhook_uuid = ${wanted} where webhook_uuid <> ${wanted}`)];
  },
  check: ({ identity }) =>
    identity === null
      ? null
      : sql(
          `select 'base_automation ' || id as what from base_automation where webhook_uuid <> ${derived(identity, 'base_automation', 'webhook_uuid')}`,
        ),
};

export const automationEntries: readonly Entry[] = [
  setColumns({
    id: 'crons-off',
    why: 'No scheduled action runs but the one that clears old records away.',
    holds: 'always',
    table: 'ir_cron',
    set: { active: 'false' },
    where: NOT_VACUUM,
  }),
  setColumns({
    id: 'automation-outgoing',
    why: 'Actions that call a webhook call no address.',
    holds: 'always',
    table: 'ir_act_server',
    set: { webhook_url: `'neutralization - disable webhook'` },
    where: `coalesce(webhook_url, '') <> ''`,
  }),
  setColumns({
    id: 'automation-code',
    why: 'Code in which somebody wrote a password or a key of a well-known service does nothing.',
    holds: 'on-arrival',
    table: 'ir_act_server',
    set: { code: quoteText(CODE_WITH_CREDENTIAL) },
    where: `code ~ ${quoteText(CREDENTIAL_VALUE)}`,
  }),
  webhookIds,
];
