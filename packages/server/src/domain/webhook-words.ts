import type { NoticeDraft } from './notice-words.ts';

export interface WebhookWords {
  readonly project: string;
  readonly webhook: string;
  /** Not the address: it may be a secret by itself. */
  readonly host: string;
}

/** Told once a day, however many messages were given up. */
export const webhookGivenUpNotice = (webhook: WebhookWords, at: string): NoticeDraft =>
  notice(webhook, {
    key: `given-up-${at.slice(0, 10)}`,
    title: `A webhook of ${webhook.project} was given up after a day: ${webhook.host} does not take it`,
    look: `slipway webhook deliveries ${webhook.webhook}`,
  });

export const webhookOffNotice = (webhook: WebhookWords, at: string): NoticeDraft =>
  notice(webhook, {
    key: `off-${at}`,
    title: `A webhook of ${webhook.project} was switched off: ${webhook.host} has taken nothing for three days`,
    look: `slipway webhook set ${webhook.webhook} --on`,
  });

const notice = (
  { project, webhook, host }: WebhookWords,
  { key, title, look }: { readonly key: string; readonly title: string; readonly look: string },
): NoticeDraft => ({
  key: `webhook-${webhook}-${key}`,
  kind: 'attention',
  phase: 'news',
  severity: 'warning',
  project,
  stage: null,
  subject: `webhook:${webhook}`,
  title,
  facts: { Webhook: webhook, Host: host, 'Look at': look },
});
