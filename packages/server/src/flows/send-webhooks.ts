import { WEBHOOK_TEST } from '@slipway/contracts/webhook-kinds';
import type { WebhookDeliveryView } from '@slipway/contracts/webhook-views';
import { Redactor } from '../evidence/redactor.ts';
import type { WebhookAnswer, WebhookSender } from '../ports/webhook-sender.ts';
import {
  type DueDelivery,
  recordAttempt,
  requireDelivery,
  saveDelivery,
  takeDueDeliveries,
} from '../store/webhook-deliveries.ts';
import { requireWebhook } from '../store/webhooks.ts';
import { settleAttempt } from './settle-webhook.ts';
import type { Slipway } from './slipway.ts';
import { webhookSecretsOf } from './webhook-secrets.ts';

/** On their way at once; of one address so many, so that a slow one holds up none. */
const MOST = 40;
const EACH = 4;
/** More than any attempt takes. */
const HOLD_SECONDS = 60;

export type WebhookTools = Pick<Slipway, 'db' | 'clock' | 'logger' | 'knownSecrets'> & {
  readonly ports: Pick<Slipway['ports'], 'secrets'>;
};

export interface WebhookSending {
  /** Begins to send what is due and does not wait for the answers. Answers how many were begun. */
  begin(signal: AbortSignal): Promise<number>;
  /** Resolves when nothing is on its way. */
  ended(): Promise<void>;
}

export const openWebhookSending = (tools: WebhookTools, sender: WebhookSender): WebhookSending => {
  const onTheWay = new Map<string, Set<Promise<void>>>();
  const count = (): number => [...onTheWay.values()].reduce((sum, { size }) => sum + size, 0);
  const keep = (webhook: string, sent: Promise<void>): void => {
    const of = onTheWay.get(webhook) ?? new Set();
    onTheWay.set(webhook, of.add(sent));
    void sent.finally(() => {
      of.delete(sent);
      if (of.size === 0) onTheWay.delete(webhook);
    });
  };
  return {
    begin: async (signal) => {
      const now = tools.clock.now().toISOString();
      const limit = MOST - count();
      if (limit <= 0) return 0;
      const busy = [...onTheWay.keys()];
      const due = await takeDueDeliveries(tools.db, { now, limit, each: EACH, holdSeconds: HOLD_SECONDS, busy });
      for (const one of due) keep(one.webhook, deliver(tools, sender, one, signal));
      return due.length;
    },
    ended: async () => {
      while (onTheWay.size > 0) await Promise.all([...onTheWay.values()].flatMap((of) => [...of]));
    },
  };
};

const deliver = async (
  tools: WebhookTools,
  sender: WebhookSender,
  due: DueDelivery,
  signal: AbortSignal,
): Promise<void> => {
  try {
    const answer = await send(tools, sender, due, signal);
    // At an orderly stop it is the next process's turn, as after a crash.
    if (answer !== null) await settleAttempt(tools, due, answer);
  } catch (error) {
    // It is held for a minute, and then tried again with the same id.
    tools.logger.warn({ err: error, delivery: due.id }, 'a webhook could not be sent or recorded');
  }
};

/** Null: it was broken off. */
const send = async (
  tools: WebhookTools,
  sender: WebhookSender,
  { id, url, body, project, webhook, formerUntil }: Omit<DueDelivery, 'attempts' | 'since' | 'kind'>,
  signal: AbortSignal,
): Promise<WebhookAnswer | null> => {
  const at = tools.clock.now();
  const former = formerUntil !== null && Date.parse(formerUntil) > at.getTime();
  const secrets = await webhookSecretsOf(tools.ports.secrets, { project, webhook, former });
  const answered = await sender.send({ url, id, at, body, secrets, signal });
  if (signal.aborted) return null;
  const redactor = new Redactor(await tools.knownSecrets());
  return { ...answered, answer: answered.answer === null ? null : redactor.text(answered.answer) };
};

/** Sends a message at once, once, and says what became of it. Failure: webhook-unknown. */
export const testWebhook = async (
  tools: WebhookTools & Pick<Slipway, 'newId'>,
  sender: WebhookSender,
  {
    project,
    webhook: id,
    signal,
  }: { readonly project: string; readonly webhook: string; readonly signal: AbortSignal },
): Promise<WebhookDeliveryView> => {
  const webhook = await requireWebhook(tools.db, project, id);
  const delivery = tools.newId('msg');
  const at = tools.clock.now().toISOString();
  const object = { says: `A test: what happens to ${project} arrives here.` };
  const body = JSON.stringify({ id: delivery, kind: WEBHOOK_TEST, at, project, environment: null, object });
  const made = { id: delivery, project, webhook: id, change: null, kind: WEBHOOK_TEST, body };
  await saveDelivery(tools.db, made, HOLD_SECONDS);
  const due = { ...made, url: webhook.url, formerUntil: webhook.formerSecretUntil };
  const answer = await send(tools, sender, due, signal);
  if (answer !== null)
    await recordAttempt(tools.db, delivery, { ...answer, at: tools.clock.now().toISOString(), nextAt: null });
  return requireDelivery(tools.db, id, delivery);
};
