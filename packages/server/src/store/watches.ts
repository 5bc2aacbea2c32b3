import type { Slot } from '../domain/names.ts';
import { json, type Queryable, query, queryOne } from './queryable.ts';

/** `told`: it is worse, and going back is for people to decide. `rolled-back`: a run that goes back was asked for. */
export type WatchState = 'watching' | 'kept' | 'ended' | 'told' | 'rolled-back';

/** The time after a deployment in which it is compared with what served before. Times are ISO. */
export interface Watch {
  readonly deployment: string;
  readonly environment: string;
  readonly project: string;
  readonly slot: Slot;
  /** The deployment whose version served before. */
  readonly former: string | null;
  readonly since: string;
  readonly until: string;
  readonly state: WatchState;
  /** Why it ended before its time, or why nothing was rolled back. */
  readonly reason: string | null;
  /** Of the last look; null: there was none. */
  readonly judgement: unknown;
  readonly compared: unknown;
  readonly lookedAt: string | null;
  readonly endedAt: string | null;
  readonly rollbackRun: string | null;
}

const COLUMNS = `w.deployment, w.environment, e.project, w.slot, w.former, w.since, w.until, w.state, w.reason, w.judgement, w.compared,
  w.looked_at as "lookedAt", w.ended_at as "endedAt", w.rollback_run as "rollbackRun"`;
const FROM = 'from ops.production_watches w join ops.environments e on e.id = w.environment';

/** Safe to repeat. */
export const beginWatch = async (
  db: Queryable,
  watch: Pick<Watch, 'deployment' | 'environment' | 'slot' | 'former' | 'since' | 'until'>,
): Promise<void> => {
  await query(
    db,
    `insert into ops.production_watches (deployment, environment, slot, former, since, until) values ($1, $2, $3, $4, $5, $6)
     on conflict (deployment) do nothing`,
    [watch.deployment, watch.environment, watch.slot, watch.former, watch.since, watch.until],
  );
};

export const openWatches = (db: Queryable): Promise<Watch[]> =>
  query(db, `select ${COLUMNS} ${FROM} where w.state = 'watching' order by w.since`);

export const lastWatch = (db: Queryable, environment: string): Promise<Watch | null> =>
  queryOne(db, `select ${COLUMNS} ${FROM} where w.environment = $1 order by w.since desc limit 1`, [environment]);

export const watchOfDeployment = (db: Queryable, deployment: string): Promise<Watch | null> =>
  queryOne(db, `select ${COLUMNS} ${FROM} where w.deployment = $1`, [deployment]);

/** The watch that asked for this run; null: somebody else did. */
export const watchOfRollback = (db: Queryable, run: string): Promise<Watch | null> =>
  queryOne(db, `select ${COLUMNS} ${FROM} where w.rollback_run = $1`, [run]);

export interface Looked {
  readonly at: string;
  readonly judgement: unknown;
  readonly compared: unknown;
}

export const noteLook = async (
  db: Queryable,
  deployment: string,
  { at, judgement, compared }: Looked,
): Promise<void> => {
  await query(
    db,
    `update ops.production_watches set judgement = $2, compared = $3, looked_at = $4 where deployment = $1 and state = 'watching'`,
    [deployment, json(judgement), json(compared), at],
  );
};

export interface WatchEnd {
  readonly state: Exclude<WatchState, 'watching'>;
  readonly at: string;
  readonly reason?: string | null;
  readonly rollbackRun?: string | null;
  readonly looked?: Looked;
}

/** Once: false where somebody else has ended it. */
export const endWatch = async (db: Queryable, deployment: string, end: WatchEnd): Promise<boolean> => {
  const { looked } = end;
  const rows = await query(
    db,
    `update ops.production_watches set state = $2, ended_at = $3, reason = $4, rollback_run = $5,
       judgement = coalesce($6, judgement), compared = coalesce($7, compared), looked_at = coalesce($8, looked_at)
     where deployment = $1 and state = 'watching' returning deployment`,
    [
      ...[deployment, end.state, end.at, end.reason ?? null, end.rollbackRun ?? null],
      ...[json(looked?.judgement), json(looked?.compared), looked?.at ?? null],
    ],
  );
  return rows.length > 0;
};

/** What was asked of production after that deployment, in words; null: nothing. */
export const askedSince = async (
  db: Queryable,
  { environment, deployment }: Pick<Watch, 'environment' | 'deployment'>,
): Promise<{ readonly run: string; readonly kind: string; readonly by: string } | null> =>
  queryOne(
    db,
    `select r.id as run, r.kind, r.requested_by as by from ops.runs r
     where r.environment = $1 and r.kind in ('open-production', 'deploy-production', 'rollback-production')
       and r.sequence > (select d.sequence from ops.runs d where d.id = $2)
     order by r.sequence limit 1`,
    [environment, deployment],
  );
