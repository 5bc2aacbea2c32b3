import { inTransaction, type Queryable, query, queryOne } from './queryable.ts';

/** A webhook as it came in. `body` are the bytes that the signature was made over. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly repository: string | null;
  readonly receivedAt: string;
  readonly body: Buffer;
  readonly attempts: number;
}

export interface DeliveryRecord extends Omit<Delivery, 'body'> {
  readonly processedAt: string | null;
  readonly outcome: string | null;
  readonly error: string | null;
}

const SUMMARY = `id, event, repository, received_at as "receivedAt", attempts`;
const MOST_ATTEMPTS = 10;

/** What became of a delivery that came in; one of a repository that no project uses is not kept. */
export type Stored = 'new' | 'duplicate' | 'unknown-repository';

/** The project's repository and the delivery's id are looked at by the same statement, because whoever sent it waits for the answer. */
const STORE = `
  with known as (
    select $3::text is null or exists (select from ops.projects where lower(repository) = lower($3)) as known
  ), kept as (
    insert into ops.deliveries (id, event, repository, body)
    select $1::text, $2::text, $3::text, $4::bytea from known where known on conflict (id) do nothing returning id
  )
  select case when not known then 'unknown-repository' when exists (select from kept) then 'new' else 'duplicate' end as outcome
  from known`;

/** Keeps a delivery, once; it is on disk when this resolves. A repository's name is compared without regard to case; null belongs to nobody. */
export const storeDelivery = async (
  db: Queryable,
  delivery: { readonly id: string; readonly event: string; readonly repository: string | null; readonly body: Buffer },
): Promise<Stored> => {
  const values = [delivery.id, delivery.event, delivery.repository, delivery.body];
  const [row] = await query<{ outcome: Stored }>(db, STORE, values);
  return (row as { outcome: Stored }).outcome;
};

/**
 * Hands the oldest waiting delivery to `handle`, whose outcome (a sentence) is written in the same transaction as what it changes through `tx`.
 * Two processes never get the same one. If `handle` throws, nothing of its work stays and the delivery is tried again later, ten times.
 * Answers the id, or null when none waits.
 */
export const processNextDelivery = async (
  db: Queryable,
  handle: (tx: Queryable, delivery: Delivery) => Promise<string>,
): Promise<string | null> => {
  let current: Delivery | null = null;
  try {
    return await inTransaction(db, async (tx) => {
      current = await queryOne<Delivery>(
        tx,
        `select ${SUMMARY}, body from ops.deliveries where processed_at is null and next_attempt_at <= clock_timestamp()
         order by received_at, id limit 1 for update skip locked`,
      );
      if (current === null) return null;
      const outcome = await handle(tx, current);
      await query(
        tx,
        `update ops.deliveries set processed_at = now(), outcome = $2, error = null, attempts = attempts + 1 where id = $1`,
        [current.id, outcome],
      );
      return current.id;
    });
  } catch (error) {
    if (current === null) throw error;
    await postpone(db, current, error);
    return (current as Delivery).id;
  }
};

/** 1 s, 2 s, 4 s … after the tenth time it stays as failed, with its error, for people to look at. */
const postpone = async (db: Queryable, delivery: Delivery, error: unknown): Promise<void> => {
  await query(
    db,
    `update ops.deliveries set attempts = attempts + 1, error = $2,
       next_attempt_at = clock_timestamp() + make_interval(secs => power(2, attempts)),
       processed_at = case when attempts + 1 >= $3 then now() end,
       outcome = case when attempts + 1 >= $3 then 'failed' end
     where id = $1`,
    [delivery.id, error instanceof Error ? error.message : String(error), MOST_ATTEMPTS],
  );
};

export const delivery = (db: Queryable, id: string): Promise<DeliveryRecord | null> =>
  queryOne(db, `select ${SUMMARY}, processed_at as "processedAt", outcome, error from ops.deliveries where id = $1`, [
    id,
  ]);

/** Newest first. */
export const listDeliveries = (db: Queryable, limit = 100): Promise<DeliveryRecord[]> =>
  query(
    db,
    `select ${SUMMARY}, processed_at as "processedAt", outcome, error from ops.deliveries order by received_at desc, id limit $1`,
    [limit],
  );

/** Removes at most `limit` processed ones received before `before` (ISO 8601); answers how many. */
export const pruneDeliveries = async (db: Queryable, before: string, limit: number): Promise<number> =>
  (
    await query(
      db,
      `delete from ops.deliveries where id in (
         select id from ops.deliveries where processed_at is not null and received_at < $1 order by received_at limit $2
       ) returning id`,
      [before, limit],
    )
  ).length;
