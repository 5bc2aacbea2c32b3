import { Failure } from '@slipway/contracts/failure';
import type { WebhookDeliveryView } from '@slipway/contracts/webhook-views';
import { type Queryable, query, queryOne } from './queryable.ts';

const VIEW = `id, webhook, kind, state, attempts, code, milliseconds, error, answer, body, created_at as "createdAt", last_at as "lastAt",
  case when state = 'waiting' then next_at end as "nextAt"`;

export interface DeliveryToSave {
  readonly id: string;
  readonly project: string;
  readonly webhook: string;
  readonly change: number | null;
  readonly kind: string;
  readonly body: string;
}

/** Written down before it is sent. The same one twice is one. `holdSeconds`: the caller sends it. */
export const saveDelivery = async (db: Queryable, delivery: DeliveryToSave, holdSeconds = 0): Promise<void> => {
  await query(
    db,
    `insert into ops.webhook_deliveries (id, project, webhook, change, kind, body, attempts, next_at)
     values ($1, $2, $3, $4, $5, $6, case when $7 > 0 then 1 else 0 end, now() + make_interval(secs => $7)) on conflict (id) do nothing`,
    [delivery.id, delivery.project, delivery.webhook, delivery.change, delivery.kind, delivery.body, holdSeconds],
  );
};

/** A message on its way. */
export interface DueDelivery {
  readonly id: string;
  readonly project: string;
  readonly webhook: string;
  readonly url: string;
  readonly kind: string;
  readonly body: string;
  /** With the one that is due now. */
  readonly attempts: number;
  /** From when on it was tried; ISO 8601. */
  readonly since: string;
  readonly formerUntil: string | null;
}

const TAKE = `
  update ops.webhook_deliveries d set attempts = d.attempts + 1, next_at = $1::timestamptz + make_interval(secs => $3)
  from ops.webhooks w
  where w.id = d.webhook and d.id in (
    select due.id from ops.webhooks h, lateral (
      select id, next_at from ops.webhook_deliveries where webhook = h.id and state = 'waiting' and next_at <= $1
      order by next_at, sequence limit $4 for update skip locked) due
    where h.active and h.id <> all ($5) order by due.next_at limit $2)
  returning d.id, d.project, d.webhook, w.url, d.kind, d.body, d.attempts, d.since, w.former_until as "formerUntil"`;

/**
 * Takes up to `limit` that are due, `each` of one webhook, none of those that are `busy`, and keeps others from taking them for
 * `holdSeconds`: who dies meanwhile is followed by another.
 */
export const takeDueDeliveries = (
  db: Queryable,
  due: {
    readonly now: string;
    readonly limit: number;
    readonly each: number;
    readonly holdSeconds: number;
    readonly busy: readonly string[];
  },
): Promise<DueDelivery[]> => query(db, TAKE, [due.now, due.limit, due.holdSeconds, due.each, due.busy]);

/** What became of an attempt. */
export interface Attempted {
  readonly at: string;
  readonly code: number | null;
  readonly milliseconds: number;
  /** Null: it was taken. */
  readonly error: string | null;
  readonly answer: string | null;
  /** Null: there is no further attempt. */
  readonly nextAt: string | null;
}

/** False: it ended otherwise meanwhile. */
export const recordAttempt = async (db: Queryable, id: string, attempt: Attempted): Promise<boolean> => {
  const storable = (text: string | null): string | null => text?.replaceAll('\0', '') ?? null;
  const recorded = await query(
    db,
    `update ops.webhook_deliveries set last_at = $2, code = $3, milliseconds = $4, error = $5, answer = $6,
       state = case when $5::text is null then 'delivered' when $7::timestamptz is null then 'given-up' else 'waiting' end,
       next_at = coalesce($7, next_at)
     where id = $1 and state = 'waiting' returning id`,
    [
      id,
      attempt.at,
      attempt.code,
      Math.round(attempt.milliseconds),
      ...[attempt.error, attempt.answer].map(storable),
      attempt.nextAt,
    ],
  );
  return recorded.length > 0;
};

/** Newest first; `before`: older than that one. */
export const listDeliveries = (
  db: Queryable,
  webhook: string,
  page: { readonly state: string | null; readonly before: string | null; readonly limit: number },
): Promise<WebhookDeliveryView[]> =>
  query(
    db,
    `select ${VIEW} from ops.webhook_deliveries where webhook = $1 and ($2::text is null or state = $2)
       and ($3::text is null or sequence < (select sequence from ops.webhook_deliveries where id = $3 and webhook = $1))
     order by sequence desc limit $4`,
    [webhook, page.state, page.before, page.limit],
  );

/** Failure: webhook-delivery-unknown. */
export const requireDelivery = async (db: Queryable, webhook: string, id: string): Promise<WebhookDeliveryView> =>
  known(
    await queryOne<WebhookDeliveryView>(
      db,
      `select ${VIEW} from ops.webhook_deliveries where webhook = $1 and id = $2`,
      [webhook, id],
    ),
    { webhook, delivery: id },
  );

const known = (
  found: WebhookDeliveryView | null,
  facts: { readonly webhook: string; readonly delivery: string },
): WebhookDeliveryView => {
  if (found === null) throw new Failure('webhook-delivery-unknown', facts);
  return found;
};

/** The same message once more, from the first attempt on. Failure: webhook-delivery-unknown. */
export const replayDelivery = async (
  db: Queryable,
  { webhook, id, now }: { readonly webhook: string; readonly id: string; readonly now: string },
): Promise<WebhookDeliveryView> =>
  known(
    await queryOne<WebhookDeliveryView>(
      db,
      `update ops.webhook_deliveries set state = 'waiting', attempts = 0, since = $3, next_at = $3
       where webhook = $1 and id = $2 returning ${VIEW}`,
      [webhook, id, now],
    ),
    { webhook, delivery: id },
  );

/** Removes at most `limit` that were made before `before` (ISO 8601) and do not wait. Answers how many. */
export const pruneWebhookDeliveries = async (db: Queryable, before: string, limit: number): Promise<number> => {
  const row = await queryOne<{ gone: number }>(
    db,
    `with gone as (
       delete from ops.webhook_deliveries where id in (
         select id from ops.webhook_deliveries where created_at < $1 and state <> 'waiting' limit $2
       ) returning 1
     )
     select count(*) as gone from gone`,
    [before, limit],
  );
  return row?.gone ?? 0;
};
