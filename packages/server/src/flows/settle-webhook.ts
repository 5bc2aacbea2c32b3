import { nextWebhookAttempt, SWITCH_OFF_SECONDS } from '../decide/webhook-retry.ts';
import type { NoticeDraft } from '../domain/notice-words.ts';
import { webhookGivenUpNotice, webhookOffNotice } from '../domain/webhook-words.ts';
import type { WebhookAnswer } from '../ports/webhook-sender.ts';
import { recordAudit } from '../store/audit.ts';
import { queueNotice } from '../store/notices.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { type DueDelivery, recordAttempt } from '../store/webhook-deliveries.ts';
import { switchOffWebhook, webhookFailing, webhookWell } from '../store/webhooks.ts';
import type { Slipway } from './slipway.ts';

/** Writes down what became of an attempt, with all that follows: when it is tried again, who is told, whether the address is given up. */
export const settleAttempt = async (
  { db, clock }: Pick<Slipway, 'db' | 'clock'>,
  due: DueDelivery,
  answer: WebhookAnswer,
): Promise<void> => {
  const now = clock.now();
  const at = now.toISOString();
  const ageSeconds = (now.getTime() - Date.parse(due.since)) / 1000;
  const wait =
    answer.error === null
      ? null
      : nextWebhookAttempt({ id: due.id, attempts: due.attempts, ageSeconds, asked: answer.retryAfter });
  const nextAt = wait === null ? null : new Date(now.getTime() + wait * 1000).toISOString();
  await inTransaction(db, async (tx) => {
    if (!(await recordAttempt(tx, due.id, { ...answer, at, nextAt }))) return;
    if (answer.error === null) return webhookWell(tx, due.webhook);
    if (nextAt === null) await queueNotice(tx, webhookGivenUpNotice(about(due), at));
    await queueNotice(tx, await switchOffIfHopeless(tx, due, at));
  });
};

const about = ({ project, webhook, url }: DueDelivery) => ({
  project,
  webhook,
  host: URL.parse(url)?.host ?? 'nowhere',
});

/** Null: there is hope, or it is off. */
const switchOffIfHopeless = async (tx: Queryable, due: DueDelivery, at: string): Promise<NoticeDraft | null> => {
  const since = await webhookFailing(tx, due.webhook, at);
  if (since === null || Date.parse(at) - Date.parse(since) < SWITCH_OFF_SECONDS * 1000) return null;
  if (!(await switchOffWebhook(tx, due.webhook, `no attempt has succeeded since ${since}`))) return null;
  await recordAudit(tx, {
    who: 'slipway',
    what: 'webhook.off',
    target: due.project,
    details: { webhook: due.webhook, since },
  });
  return webhookOffNotice(about(due), at);
};
