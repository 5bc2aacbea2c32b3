/** What a webhook may be told of: the one table. A test holds docs/how-to/webhooks.md to it. */
export const WEBHOOK_KINDS = {
  'run.finished': 'A run has ended, however it ended.',
  'deployment.succeeded': 'Staging or production runs another version.',
  'deployment.failed': 'A deployment or a rollback failed; what served before serves.',
  'production.rolled-back': 'Production was brought back to a former version.',
  'staging.refreshed': 'Staging has the data of another snapshot.',
  'promotion.requested': 'A release was asked to go to production.',
  'promotion.approved': 'Somebody said yes to a release.',
  'promotion.refused': 'Somebody said no to a release.',
  'rehearsal.finished': 'A release was carried out on a copy of production, or could not be.',
  'preview.live': 'A preview serves a commit.',
  'preview.failed': 'A preview could not be built or updated.',
  'preview.blocked': 'A pull request of a stranger waits until somebody lets it build.',
  'preview.closed': 'A preview is gone.',
  'backup.created': 'A backup of production is in the store.',
  'backup.failed': 'A backup of production did not come about.',
  'snapshot.created': 'A sanitised snapshot of production is in the store.',
  'snapshot.failed': 'A sanitised snapshot of production did not come about.',
  'drill.succeeded': 'A backup was restored to see that it can be.',
  'drill.failed': 'A backup could not be restored when it was tried.',
  'attention.wanted': 'Something is wrong that people have to look at: backups late, evidence changed.',
  'attention.over': 'What was wrong is over.',
} as const satisfies Record<string, string>;

export type WebhookKind = keyof typeof WEBHOOK_KINDS;
export const WEBHOOK_KIND_NAMES = Object.keys(WEBHOOK_KINDS) as [WebhookKind, ...WebhookKind[]];

/** Of a message that is sent to see whether it arrives; nobody asks for it by name. */
export const WEBHOOK_TEST = 'webhook.test';
