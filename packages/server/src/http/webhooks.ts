import { Failure } from '@slipway/contracts/failure';
import type { webhookBody, webhookChangeBody } from '@slipway/contracts/webhook-views';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { testWebhook } from '../flows/send-webhooks.ts';
import type { Slipway } from '../flows/slipway.ts';
import { forgetWebhookSecrets, giveWebhookSecret, rotateWebhookSecret } from '../flows/webhook-secrets.ts';
import type { WebhookSender } from '../ports/webhook-sender.ts';
import { recordAudit } from '../store/audit.ts';
import { projectByName } from '../store/projects.ts';
import { inTransaction } from '../store/queryable.ts';
import { listDeliveries, replayDelivery } from '../store/webhook-deliveries.ts';
import {
  changeWebhook,
  keepFormerSecret,
  listWebhooks,
  removeWebhook,
  requireWebhook,
  saveWebhook,
} from '../store/webhooks.ts';
import { addRoute, type Call } from './api.ts';

const PAGE = 50;
const MOST = 200;
/** For so long receivers may go on with the secret before. */
const FORMER_MILLISECONDS = 24 * 3600 * 1000;

/** `woken`: there is something to send. */
export const webhookRoutes = (
  app: FastifyInstance,
  slipway: Slipway,
  { sender, woken }: { readonly sender: WebhookSender; readonly woken: () => void },
): void => {
  const projectOf = async (call: Call): Promise<string> =>
    (await projectByName(slipway.db, call.parameters['project'] ?? '')).name;
  const idOf = (call: Call): string => call.parameters['webhook'] ?? '';
  addRoute(app, 'webhooks', async (call) => listWebhooks(slipway.db, await projectOf(call)));
  addRoute(app, 'createWebhook', async (call) => {
    const project = await projectOf(call);
    const body = call.body as z.output<typeof webhookBody>;
    await requireAddress(sender, body.url);
    const id = slipway.newId('hook');
    const kinds = [...new Set(body.kinds)];
    // First, so that nothing is ever sent that is signed with another one.
    const secret = await giveWebhookSecret(slipway.ports.secrets, project, id);
    try {
      return await inTransaction(slipway.db, async (tx) => {
        const made = await saveWebhook(tx, { id, project, url: body.url, kinds, createdBy: call.who });
        await recordAudit(tx, { who: call.who, what: 'webhook.create', target: project, details: told(id, body) });
        return { ...made, secret };
      });
    } catch (error) {
      await forgetWebhookSecrets(slipway.ports.secrets, project, id);
      throw error;
    }
  });
  addRoute(app, 'changeWebhook', async (call) => {
    const project = await projectOf(call);
    const { url, kinds, active } = call.body as z.output<typeof webhookChangeBody>;
    if (url !== undefined) await requireAddress(sender, url);
    const change = {
      ...(url && { url }),
      ...(kinds && { kinds: [...new Set(kinds)] }),
      ...(active !== undefined && { active }),
    };
    return inTransaction(slipway.db, async (tx) => {
      const changed = await changeWebhook(tx, { project, id: idOf(call) }, change);
      const details = told(changed.id, change);
      await recordAudit(tx, { who: call.who, what: 'webhook.change', target: project, details });
      return changed;
    });
  });
  endRoutes(app, slipway, { sender, woken, projectOf, idOf });
  deliveryRoutes(app, slipway, { sender, woken, projectOf, idOf });
};

interface Parts {
  readonly sender: WebhookSender;
  readonly woken: () => void;
  readonly projectOf: (call: Call) => Promise<string>;
  readonly idOf: (call: Call) => string;
}

/** What ends a webhook, or its secret. */
const endRoutes = (app: FastifyInstance, slipway: Slipway, { projectOf, idOf }: Parts): void => {
  addRoute(app, 'removeWebhook', async (call) => {
    const project = await projectOf(call);
    const removed = await inTransaction(slipway.db, async (tx) => {
      const gone = await removeWebhook(tx, project, idOf(call));
      await recordAudit(tx, { who: call.who, what: 'webhook.remove', target: project, details: told(gone.id, gone) });
      return gone;
    });
    await forgetWebhookSecrets(slipway.ports.secrets, project, removed.id);
    return removed;
  });
  addRoute(app, 'rotateWebhook', async (call) => {
    const project = await projectOf(call);
    const { id } = await requireWebhook(slipway.db, project, idOf(call));
    const secret = await rotateWebhookSecret(slipway.ports.secrets, project, id);
    const until = new Date(slipway.clock.now().getTime() + FORMER_MILLISECONDS).toISOString();
    return inTransaction(slipway.db, async (tx) => {
      const rotated = (await keepFormerSecret(tx, id, until)) ?? (await requireWebhook(tx, project, id));
      await recordAudit(tx, { who: call.who, what: 'webhook.rotate', target: project, details: { webhook: id } });
      return { ...rotated, secret };
    });
  });
};

const deliveryRoutes = (app: FastifyInstance, slipway: Slipway, { sender, woken, projectOf, idOf }: Parts): void => {
  addRoute(app, 'testWebhook', async (call) => {
    const project = await projectOf(call);
    const gone = new AbortController();
    call.request.raw.socket.once('close', () => gone.abort());
    const tested = await testWebhook(slipway, sender, { project, webhook: idOf(call), signal: gone.signal });
    const details = { webhook: idOf(call), delivery: tested.id };
    await recordAudit(slipway.db, { who: call.who, what: 'webhook.test', target: project, details });
    return tested;
  });
  addRoute(app, 'webhookDeliveries', async (call) => {
    const { id } = await requireWebhook(slipway.db, await projectOf(call), idOf(call));
    const { state = null, before = null, limit } = call.query;
    return listDeliveries(slipway.db, id, { state, before, limit: Math.min(Math.max(Number(limit ?? PAGE), 1), MOST) });
  });
  addRoute(app, 'replayWebhook', async (call) => {
    const project = await projectOf(call);
    const { id: webhook, active } = await requireWebhook(slipway.db, project, idOf(call));
    if (!active) throw new Failure('webhook-off', { webhook });
    const id = call.parameters['delivery'] ?? '';
    const replayed = await inTransaction(slipway.db, async (tx) => {
      const found = await replayDelivery(tx, { webhook, id, now: slipway.clock.now().toISOString() });
      const details = { webhook, delivery: id };
      await recordAudit(tx, { who: call.who, what: 'webhook.replay', target: project, details });
      return found;
    });
    woken();
    return replayed;
  });
};

/** Failure: webhook-address-refused. */
const requireAddress = async (sender: WebhookSender, url: string): Promise<void> => {
  const reason = await sender.refusal(url);
  if (reason !== null) throw new Failure('webhook-address-refused', { reason });
};

/** Of the address only where it leads: its path may be a secret by itself. */
const told = (
  webhook: string,
  { url, ...rest }: { readonly url?: string; readonly kinds?: readonly string[]; readonly active?: boolean },
): Readonly<Record<string, unknown>> => ({
  webhook,
  ...(url === undefined ? {} : { host: URL.parse(url)?.host ?? null }),
  ...(rest.kinds === undefined ? {} : { kinds: rest.kinds }),
  ...(rest.active === undefined ? {} : { active: rest.active }),
});
