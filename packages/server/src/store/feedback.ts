import { type Queryable, query, queryOne } from './queryable.ts';

/** What the source host was told of a preview, and what it should be told. Hashes are over the text to show. */
export interface Feedback {
  readonly environment: string;
  readonly wantedHash: string;
  readonly sentHash: string | null;
  readonly statusSent: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: string;
  readonly error: string | null;
}

const COLUMNS = `environment, wanted_hash as "wantedHash", sent_hash as "sentHash", status_sent as "statusSent", attempts,
  next_attempt_at as "nextAttemptAt", error`;

/** Asks for a text to be shown; only the newest counts, and one that is shown already asks for nothing. */
export const wantFeedback = async (db: Queryable, environment: string, hash: string): Promise<void> => {
  await query(
    db,
    `insert into ops.feedback as f (environment, wanted_hash) values ($1, $2)
     on conflict (environment) do update set wanted_hash = excluded.wanted_hash, attempts = 0, next_attempt_at = now(), error = null
     where f.wanted_hash <> excluded.wanted_hash`,
    [environment, hash],
  );
};

/**
 * Takes up to `limit` that are due and keeps others from taking them for `holdSeconds`: who dies meanwhile is followed by another.
 */
export const takeDueFeedback = (db: Queryable, limit: number, holdSeconds: number): Promise<Feedback[]> =>
  query(
    db,
    `update ops.feedback f set next_attempt_at = clock_timestamp() + make_interval(secs => $2)
     where environment in (
       select environment from ops.feedback where wanted_hash is distinct from sent_hash and next_attempt_at <= clock_timestamp()
       order by next_attempt_at limit $1 for update skip locked)
     returning ${COLUMNS}`,
    [limit, holdSeconds],
  );

/** Remembers what was shown. If something newer is wanted meanwhile, it is due at once. */
export const feedbackSent = async (
  db: Queryable,
  environment: string,
  sent: { readonly hash: string; readonly status: string | null },
): Promise<void> => {
  await query(
    db,
    `update ops.feedback set sent_hash = $2, status_sent = coalesce($3, status_sent), attempts = 0, error = null, next_attempt_at = now()
     where environment = $1`,
    [environment, sent.hash, sent.status],
  );
};

export const feedbackFailed = async (
  db: Queryable,
  environment: string,
  failed: { readonly error: string; readonly retrySeconds: number },
): Promise<void> => {
  await query(
    db,
    `update ops.feedback set attempts = attempts + 1, error = $2, next_attempt_at = clock_timestamp() + make_interval(secs => $3)
     where environment = $1`,
    [environment, failed.error, failed.retrySeconds],
  );
};

export const feedback = (db: Queryable, environment: string): Promise<Feedback | null> =>
  queryOne(db, `select ${COLUMNS} from ops.feedback where environment = $1`, [environment]);
