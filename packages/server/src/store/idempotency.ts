import { type Queryable, query, queryOne } from './queryable.ts';

/** Seconds that a request may be silent before it is taken for one whose process died. */
const BUSY_SECONDS = 30;

/** What is known of a request that came with a key. */
export interface KnownRequest {
  readonly fingerprint: Buffer;
  readonly busy: boolean;
  readonly status: number | null;
  readonly answer: string | null;
  readonly secret: boolean;
}

/** Null: it is new, and the caller's to carry out. */
export const beginRequest = async (
  db: Queryable,
  {
    key,
    fingerprint,
    organisation,
  }: Readonly<Record<'key' | 'fingerprint', Buffer>> & { readonly organisation: string },
): Promise<KnownRequest | null> => {
  const begun = await query(
    db,
    `insert into ops.idempotency_keys (key, fingerprint, organisation, busy_until)
     values ($1, $2, $3, now() + make_interval(secs => $4)) on conflict (key) do nothing returning 1`,
    [key, fingerprint, organisation, BUSY_SECONDS],
  );
  if (begun.length > 0) return null;
  return queryOne<KnownRequest>(
    db,
    `select fingerprint, coalesce(busy_until > now(), false) as busy, status, answer, secret from ops.idempotency_keys where key = $1`,
    [key],
  );
};

/** It is still being carried out. */
export const renewRequest = async (db: Queryable, key: Buffer): Promise<void> => {
  await query(
    db,
    'update ops.idempotency_keys set busy_until = now() + make_interval(secs => $2) where key = $1 and busy_until is not null',
    [key, BUSY_SECONDS],
  );
};

/** What it was answered with; `answer` null: it is not kept, because it holds a secret. */
export const endRequest = async (
  db: Queryable,
  key: Buffer,
  { status, answer }: { readonly status: number; readonly answer: string | null },
): Promise<void> => {
  await query(
    db,
    'update ops.idempotency_keys set busy_until = null, status = $2, answer = $3, secret = $3::text is null where key = $1',
    [key, status, answer],
  );
};

/** Nothing came of it: it may be sent again. */
export const forgetRequest = async (db: Queryable, key: Buffer): Promise<void> => {
  await query(db, 'delete from ops.idempotency_keys where key = $1', [key]);
};

export const pruneRequests = async (db: Queryable, before: string, limit: number): Promise<number> => {
  const gone = await query(
    db,
    `delete from ops.idempotency_keys where key in (select key from ops.idempotency_keys where created_at < $1 limit $2) returning 1`,
    [before, limit],
  );
  return gone.length;
};
