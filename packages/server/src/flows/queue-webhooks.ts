import { createHash } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type { WebhookKind } from '@slipway/contracts/webhook-kinds';
import { webhookKindsOf } from '../decide/webhook-events.ts';
import { Redactor } from '../evidence/redactor.ts';
import { markTold, type TellableChange, takeTellable } from '../store/changes.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { saveDelivery } from '../store/webhook-deliveries.ts';
import { type ListeningWebhook, listeningWebhooks } from '../store/webhooks.ts';
import type { Slipway } from './slipway.ts';
import { webhookObject } from './webhook-object.ts';

const AT_ONCE = 200;

export type QueueTools = Pick<Slipway, 'db' | 'logger' | 'knownSecrets'>;

/**
 * Makes messages of what changed, one for each address that asked for it, and notes how far it came, in one transaction: a process that
 * dies makes them later, and none twice. Answers how many changes were looked at.
 */
export const queueWebhooks = (tools: QueueTools): Promise<number> =>
  inTransaction(tools.db, async (tx) => {
    const changes = await takeTellable(tx, AT_ONCE);
    const last = changes.at(-1);
    if (last === undefined) return 0;
    const projects = [...new Set(changes.flatMap(({ project }) => (project === null ? [] : [project])))];
    const webhooks = await listeningWebhooks(tx, projects);
    if (webhooks.length > 0) {
      const redactor = new Redactor(await tools.knownSecrets());
      for (const change of changes) await queueOf(tools, tx, { change, webhooks, redactor });
    }
    await markTold(tx, last.id);
    return changes.length;
  });

interface Telling {
  readonly change: TellableChange;
  readonly webhooks: readonly ListeningWebhook[];
  readonly redactor: Redactor;
}

const queueOf = async (tools: QueueTools, tx: Queryable, { change, webhooks, redactor }: Telling): Promise<void> => {
  for (const kind of webhookKindsOf(change)) {
    const asked = webhooks.filter(
      ({ project, kinds, since }) => project === change.project && kinds.includes(kind) && since < change.id,
    );
    if (asked.length === 0 || change.project === null) continue;
    const object = await objectOf(tools, change, kind);
    for (const { id: webhook } of asked) {
      const id = idOf(webhook, String(change.id), kind);
      const { at, project, environment } = change;
      // Masked as text, since a secret may be in any field.
      const body = redactor.text(JSON.stringify({ id, kind, at, project, environment, object }));
      await saveDelivery(tx, { id, project, webhook, change: change.id, kind, body });
    }
  }
};

/** Not in the transaction: what cannot be described would hold up whatever comes after it. */
const objectOf = async (tools: QueueTools, change: TellableChange, kind: WebhookKind) => {
  try {
    return await webhookObject(tools.db, change, kind);
  } catch (error) {
    if (error instanceof Failure && error.row.retry) throw error;
    tools.logger.error({ err: error, change: change.id, kind }, 'a webhook is sent without what it is about');
    return null;
  }
};

/** The same for the same: who makes it twice makes it once. */
const idOf = (...parts: readonly string[]): string =>
  `msg_${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)}`;
