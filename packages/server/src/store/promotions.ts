import type { Approval, GateResult, PromotionFacts } from '../domain/promotion.ts';
import type { Release } from '../domain/release.ts';
import { json, type Queryable, query, queryOne } from './queryable.ts';

export type PromotionState = 'open' | 'deploying' | 'succeeded' | 'failed' | 'refused' | 'expired' | 'superseded';

/** A release on its way to production. Times are ISO 8601. */
export interface Promotion {
  readonly id: string;
  readonly project: string;
  /** Production's. */
  readonly environment: string;
  readonly release: Release;
  readonly requestedBy: string;
  readonly requesterEmail: string | null;
  readonly state: PromotionState;
  readonly reason: string | null;
  /** What it was judged by last; the approvals are their own table. */
  readonly facts: PromotionFacts;
  readonly gates: readonly GateResult[];
  readonly passedOver: readonly string[];
  readonly run: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly wentAt: string | null;
  readonly endedAt: string | null;
}

const COLUMNS = `id, project, environment, release, requested_by as "requestedBy", requester_email as "requesterEmail", state, reason,
  facts, gates, passed_over as "passedOver", run, created_at as "createdAt", expires_at as "expiresAt", went_at as "wentAt",
  ended_at as "endedAt"`;

export type PromotionToSave = Pick<
  Promotion,
  'id' | 'project' | 'environment' | 'release' | 'requestedBy' | 'requesterEmail' | 'facts' | 'gates' | 'expiresAt'
>;

export const savePromotion = async (db: Queryable, promotion: PromotionToSave): Promise<void> => {
  await query(
    db,
    `insert into ops.promotions (id, project, environment, release, requested_by, requester_email, facts, gates, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      promotion.id,
      promotion.project,
      promotion.environment,
      json(promotion.release),
      promotion.requestedBy,
      promotion.requesterEmail,
      json(promotion.facts),
      json(promotion.gates),
      promotion.expiresAt,
    ],
  );
};

/** Null: the project has none of that id. `lock`: nobody else decides about it until the transaction ends. */
export const promotion = (
  db: Queryable,
  project: string,
  id: string,
  { lock = false } = {},
): Promise<Promotion | null> =>
  queryOne(db, `select ${COLUMNS} from ops.promotions where project = $1 and id = $2 ${lock ? 'for update' : ''}`, [
    project,
    id,
  ]);

/** Newest first. */
export const listPromotions = (
  db: Queryable,
  project: string,
  limit: number,
  after: string | null = null,
): Promise<Promotion[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.promotions where project = $1 and ($3::text is null or
       (created_at, id) < (select created_at, id from ops.promotions where project = $1 and id = $3))
     order by created_at desc, id desc limit $2`,
    [project, limit, after],
  );

export const promotionIn = (db: Queryable, project: string, state: 'open' | 'deploying'): Promise<Promotion | null> =>
  queryOne(db, `select ${COLUMNS} from ops.promotions where project = $1 and state = $2`, [project, state]);

/** Null: the run deploys none. */
export const promotionOfRun = (db: Queryable, run: string): Promise<Promotion | null> =>
  queryOne(db, `select ${COLUMNS} from ops.promotions where run = $1`, [run]);

/** Open ones of which a run of staging or production, or a rehearsal, has ended since everything was gathered for them. */
export const outdatedPromotions = (db: Queryable, now: string): Promise<Promotion[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.promotions p where state = 'open' and expires_at > $1 and exists (
       select from ops.runs r join ops.environments e on e.id = r.environment
       where r.project = p.project and e.stage in ('staging', 'production')
         and r.finished_at > (p.facts ->> 'now')::timestamptz)
     order by created_at`,
    [now],
  );

/** What it was judged by, anew. */
export const rejudgePromotion = async (
  db: Queryable,
  id: string,
  judged: { readonly facts: PromotionFacts; readonly gates: readonly GateResult[] },
): Promise<void> => {
  await query(db, `update ops.promotions set facts = $2, gates = $3 where id = $1 and state = 'open'`, [
    id,
    json(judged.facts),
    json(judged.gates),
  ]);
};

export const startPromotion = async (
  db: Queryable,
  id: string,
  start: { readonly run: string; readonly passedOver: readonly string[] },
): Promise<void> => {
  await query(
    db,
    `update ops.promotions set state = 'deploying', run = $2, passed_over = $3, went_at = now() where id = $1 and state = 'open'`,
    [id, start.run, start.passedOver],
  );
};

/** An end without a deployment. False: it had another end already, or has gone. */
export const closePromotion = async (
  db: Queryable,
  id: string,
  end: { readonly state: 'refused' | 'superseded'; readonly reason: string },
): Promise<boolean> =>
  (
    await query(
      db,
      `update ops.promotions set state = $2, reason = $3, ended_at = now() where id = $1 and state = 'open' returning id`,
      [id, end.state, end.reason],
    )
  ).length > 0;

/** What the end of its run means for the promotion that asked for it. Saying it twice is saying it once. */
export const endPromotionOf = async (
  db: Queryable,
  run: string,
  end: { readonly state: 'succeeded' | 'failed'; readonly reason: string | null },
): Promise<Promotion | null> =>
  queryOne<Promotion>(
    db,
    `update ops.promotions set state = $2, reason = $3, ended_at = now() where run = $1 and state = 'deploying' returning ${COLUMNS}`,
    [run, end.state, end.reason],
  );

/** What time and runs that ended unseen (cancelled while they waited) have made of a project's promotions. */
export const tidyPromotions = async (db: Queryable, project: string, now: string): Promise<void> => {
  await query(
    db,
    `update ops.promotions set state = 'expired', reason = 'nobody let it go in time', ended_at = $2
     where project = $1 and state = 'open' and expires_at <= $2`,
    [project, now],
  );
  await query(
    db,
    `update ops.promotions p set state = case when r.state = 'succeeded' then 'succeeded' else 'failed' end,
       reason = case when r.state = 'succeeded' then null else 'its deployment was ' || r.state end, ended_at = coalesce(r.finished_at, $2)
     from ops.runs r
     where p.project = $1 and p.state = 'deploying' and r.id = p.run and r.state not in ('queued', 'running')`,
    [project, now],
  );
};

/** Of one promotion, in the order of saying. */
export const approvalsOf = (db: Queryable, id: string): Promise<Approval[]> =>
  query(
    db,
    `select who, email, git_sha as "sha", coalesce(image, '') as "imageDigest", decision, reason, created_at as "at"
     from ops.approvals where promotion = $1 order by created_at, who`,
    [id],
  );

/** What the same person said under addresses that they had before: one person is one, however often they move. */
export const dropApprovals = async (db: Queryable, promotion: string, by: readonly string[]): Promise<void> => {
  await query(db, 'delete from ops.approvals where promotion = $1 and lower(who) = any($2)', [promotion, by]);
};

/** What somebody says of a promotion; who has said something already says it anew. */
export const saveApproval = async (
  db: Queryable,
  approval: Approval & { readonly id: string; readonly promotion: string; readonly environment: string },
): Promise<void> => {
  await query(
    db,
    `insert into ops.approvals (id, environment, what, promotion, git_sha, image, decision, who, email, reason, created_at)
     values ($1, $2, 'promotion', $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (promotion, lower(who)) do update set git_sha = excluded.git_sha, image = excluded.image, decision = excluded.decision,
       email = excluded.email, reason = excluded.reason, created_at = excluded.created_at`,
    [
      approval.id,
      approval.environment,
      approval.promotion,
      approval.sha,
      approval.imageDigest,
      approval.decision,
      approval.who,
      approval.email,
      approval.reason,
      approval.at,
    ],
  );
};
