import type { Secret } from '../domain/secret.ts';
import type { GithubWebhookDeps } from '../intake/github/answer-webhook.ts';
import { storeDelivery } from '../store/deliveries.ts';
import { openPool, query } from '../store/queryable.ts';

export type DeliveryStore = GithubWebhookDeps['store'] & { end(): Promise<void> };

/** Beyond so many at once, deliveries wait for each other: each is one short statement. */
const CONNECTIONS = 4;

/**
 * Where webhooks are kept, over connections of their own: whoever sent one waits for the answer, and must not stand in a queue behind the
 * statements of builds, nor wait for a new connection. They are made now, and never closed for being idle.
 */
export const openDeliveryStore = async (databaseUrl: Secret): Promise<DeliveryStore> => {
  const pool = openPool(databaseUrl.reveal(), { name: 'slipway-deliveries', max: CONNECTIONS, keepIdle: CONNECTIONS });
  await Promise.all(Array.from({ length: CONNECTIONS }, () => query(pool, 'select 1')));
  return {
    saveDelivery: ({ id, event, repository, body }) =>
      storeDelivery(pool, { id, event, repository, body: Buffer.from(body.buffer, body.byteOffset, body.byteLength) }),
    end: () => pool.end(),
  };
};
