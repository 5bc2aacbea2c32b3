import { Failure } from '@slipway/contracts/failure';
import type { WebhookView } from '@slipway/contracts/webhook-views';
import { type Queryable, query, queryOne } from './queryable.ts';

const COLUMNS = `id, project, url, kinds, active, reason, failing_since as "failingSince", former_until as "formerSecretUntil",
  created_by as "createdBy", created_at as "createdAt", updated_at as "updatedAt"`;

/** Of a project. */
export const MOST_WEBHOOKS = 20;

export interface WebhookToSave {
  readonly id: string;
  readonly project: string;
  readonly url: string;
  readonly kinds: readonly string[];
  readonly createdBy: string;
}

/** It is told of what changes from now on. Failure: webhooks-too-many. */
export const saveWebhook = async (tx: Queryable, webhook: WebhookToSave): Promise<WebhookView> => {
  await query(tx, 'select from ops.projects where id = $1 for no key update', [webhook.project]);
  const present = await queryOne<{ n: number }>(tx, 'select count(*) as n from ops.webhooks where project = $1', [
    webhook.project,
  ]);
  if ((present?.n ?? 0) >= MOST_WEBHOOKS)
    throw new Failure('webhooks-too-many', { project: webhook.project, most: MOST_WEBHOOKS });
  const saved = await queryOne<WebhookView>(
    tx,
    `insert into ops.webhooks (id, project, url, kinds, created_by, since)
     values ($1, $2, $3, $4, $5, coalesce((select max(id) from ops.changes), 0)) returning ${COLUMNS}`,
    [webhook.id, webhook.project, webhook.url, webhook.kinds, webhook.createdBy],
  );
  return saved as WebhookView;
};

export const listWebhooks = (db: Queryable, project: string): Promise<WebhookView[]> =>
  query(db, `select ${COLUMNS} from ops.webhooks where project = $1 order by created_at, id`, [project]);

/** Failure: webhook-unknown. */
export const requireWebhook = async (db: Queryable, project: string, id: string): Promise<WebhookView> =>
  known(
    await queryOne<WebhookView>(db, `select ${COLUMNS} from ops.webhooks where project = $1 and id = $2`, [
      project,
      id,
    ]),
    { project, webhook: id },
  );

const known = (found: WebhookView | null, facts: Readonly<Record<string, string>>): WebhookView => {
  if (found === null) throw new Failure('webhook-unknown', facts);
  return found;
};

/** Switched on again it begins anew: neither what it missed nor how it failed is remembered. Failure: webhook-unknown. */
export const changeWebhook = async (
  db: Queryable,
  { project, id }: { readonly project: string; readonly id: string },
  change: { readonly url?: string; readonly kinds?: readonly string[]; readonly active?: boolean },
): Promise<WebhookView> =>
  known(
    await queryOne<WebhookView>(
      db,
      `update ops.webhooks w set url = coalesce($3, url), kinds = coalesce($4, kinds), active = coalesce($5, active),
         reason = case when $5 then null else reason end, failing_since = case when $5 or $3 is not null then null else failing_since end,
         since = case when $5 and not w.active then coalesce((select max(id) from ops.changes), 0) else since end, updated_at = now()
       where project = $1 and id = $2 returning ${COLUMNS}`,
      [project, id, change.url ?? null, change.kinds ?? null, change.active ?? null],
    ),
    { project, webhook: id },
  );

/** Failure: webhook-unknown. */
export const removeWebhook = async (db: Queryable, project: string, id: string): Promise<WebhookView> =>
  known(
    await queryOne<WebhookView>(db, `delete from ops.webhooks where project = $1 and id = $2 returning ${COLUMNS}`, [
      project,
      id,
    ]),
    { project, webhook: id },
  );

export const keepFormerSecret = async (db: Queryable, id: string, until: string): Promise<WebhookView | null> =>
  queryOne<WebhookView>(
    db,
    `update ops.webhooks set former_until = $2, updated_at = now() where id = $1 returning ${COLUMNS}`,
    [id, until],
  );

/** Those that are to be told, of these projects. */
export interface ListeningWebhook {
  readonly id: string;
  readonly project: string;
  readonly kinds: readonly string[];
  readonly since: number;
}

export const listeningWebhooks = (db: Queryable, projects: readonly string[]): Promise<ListeningWebhook[]> =>
  query(
    db,
    'select id, project, kinds, since from ops.webhooks where active and project = any($1) order by created_at, id',
    [projects],
  );

/** It answers as it should. */
export const webhookWell = async (db: Queryable, id: string): Promise<void> => {
  await query(db, 'update ops.webhooks set failing_since = null where id = $1 and failing_since is not null', [id]);
};

/** Since when no attempt has succeeded, with this one. Null: it is gone. */
export const webhookFailing = async (db: Queryable, id: string, now: string): Promise<string | null> =>
  (
    await queryOne<{ since: string }>(
      db,
      'update ops.webhooks set failing_since = coalesce(failing_since, $2) where id = $1 returning failing_since as since',
      [id, now],
    )
  )?.since ?? null;

/** Switches it off and gives up what waits. False: it was off already. */
export const switchOffWebhook = async (tx: Queryable, id: string, reason: string): Promise<boolean> => {
  const off = await query(
    tx,
    'update ops.webhooks set active = false, reason = $2, updated_at = now() where id = $1 and active returning id',
    [id, reason],
  );
  if (off.length === 0) return false;
  await query(tx, `update ops.webhook_deliveries set state = 'given-up' where webhook = $1 and state = 'waiting'`, [
    id,
  ]);
  return true;
};
