import type { Queryable } from './queryable.ts';

export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly repository: string | null;
  readonly receivedAt: Date;
  readonly body: Uint8Array;
}

/** One statement: the sender waits for it. A repository that no project uses is not kept. */
export const saveDelivery = async (db: Queryable, delivery: Delivery): Promise<'new' | 'duplicate' | 'unknown-repository'> => {
  const { rows } = await db.query(
    `with known as (
       select $3::text is null or exists (select from ops.projects where lower(repository) = lower($3)) as yes
     ), kept as (
       insert into ops.deliveries (id, event, repository, received_at, body)
       select $1, $2, $3, $4, $5 from known where yes on conflict (id) do nothing returning id
     )
     select known.yes, exists (select from kept) as fresh from known`,
    [delivery.id, delivery.event, delivery.repository, delivery.receivedAt, delivery.body],
  );
  if (rows[0]?.['yes'] !== true) return 'unknown-repository';
  return rows[0]['fresh'] === true ? 'new' : 'duplicate';
};

/** The oldest that waits; nobody else gets it for a minute, so a worker that dies loses nothing. */
export const claimDelivery = async (db: Queryable): Promise<Delivery | null> => {
  const { rows } = await db.query(
    `update ops.deliveries set attempts = attempts + 1, next_attempt_at = now() + interval '1 minute'
     where id = (select id from ops.deliveries where processed_at is null and next_attempt_at <= now()
                 order by received_at, id limit 1 for update skip locked) returning *`,
  );
  const row = rows[0];
  if (row === undefined) return null;
  return { id: row['id'], event: row['event'], repository: row['repository'], receivedAt: row['received_at'], body: row['body'] } as Delivery;
};

export const finishDelivery = async (db: Queryable, id: string, end: { readonly outcome: string; readonly error: string | null }): Promise<void> => {
  await db.query('update ops.deliveries set processed_at = now(), outcome = $2, error = $3 where id = $1', [id, end.outcome, end.error]);
};

/** A mishap: again after 2, 4, 8 … at most 300 s. */
export const postponeDelivery = async (db: Queryable, id: string, error: string): Promise<void> => {
  await db.query(
    `update ops.deliveries set error = $2, next_attempt_at = now() + make_interval(secs => least(power(2, least(attempts, 10)), 300)) where id = $1`,
    [id, error],
  );
};
