import type { Queryable } from './queryable.ts';

export interface FeedbackState {
  readonly sentHash: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  readonly commentId: string | null;
}

export const feedbackState = async (db: Queryable, environment: string): Promise<FeedbackState | null> => {
  const { rows } = await db.query(
    `select f.sent_hash, f.attempts, f.next_attempt_at, e.comment_id from ops.feedback f join ops.environments e on e.id = f.environment where f.environment = $1`,
    [environment],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return { sentHash: row['sent_hash'], attempts: row['attempts'], nextAttemptAt: row['next_attempt_at'], commentId: row['comment_id'] } as FeedbackState;
};

export interface FeedbackSent {
  readonly wantedHash: string;
  readonly sentHash: string | null;
  readonly attempts: number;
  readonly waitSeconds: number;
  readonly error: string | null;
}

export const saveFeedback = async (db: Queryable, environment: string, sent: FeedbackSent): Promise<void> => {
  await db.query(
    `insert into ops.feedback (environment, wanted_hash, sent_hash, attempts, next_attempt_at, error)
     values ($1, $2, $3, $4, now() + make_interval(secs => $5), $6)
     on conflict (environment) do update set wanted_hash = excluded.wanted_hash, sent_hash = excluded.sent_hash,
       attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at, error = excluded.error`,
    [environment, sent.wantedHash, sent.sentHash, sent.attempts, sent.waitSeconds, sent.error],
  );
};
