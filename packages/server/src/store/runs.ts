import { Failure, type FailureData } from '@slipway/contracts/failure';
import type { RunState } from '@slipway/contracts/views';
import type { Pool } from 'pg';
import { inTransaction, type Queryable } from './queryable.ts';

/** The queue is the table of runs itself: what is waiting, why, and who works on what have one truth (docs/decisions/0002). */
export interface Run {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly kind: string;
  readonly state: RunState;
  readonly sha: string | null;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly plan: unknown;
  readonly facts: unknown;
  /** Grows with each claim; a write with an older one is refused. */
  readonly fence: number;
  readonly cancelRequested: boolean;
  readonly cancelReason: string | null;
  readonly supersededBy: string | null;
}

/** Kinds that build, install or test: what the limit of builds counts. */
const HEAVY = ['open-preview'];

const toRun = (row: Readonly<Record<string, unknown>>): Run => ({
  id: row['id'] as string,
  project: row['project'] as string,
  environment: row['environment'] as string,
  kind: row['kind'] as string,
  state: row['state'] as RunState,
  sha: row['sha'] as string | null,
  requestedBy: row['requested_by'] as string,
  requestedAt: row['requested_at'] as Date,
  plan: row['plan'],
  facts: row['facts'],
  fence: Number(row['fence']),
  cancelRequested: row['cancel_requested'] as boolean,
  cancelReason: row['cancel_reason'] as string | null,
  supersededBy: row['superseded_by'] as string | null,
});

export interface RunRequest {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly kind: string;
  readonly sha: string | null;
  readonly requestedBy: string;
  readonly facts: unknown;
}

/** Newest wins: what waits for this environment is superseded, what runs is asked to stop, unless it is the clean-up of a close. */
export const enqueueRun = async (db: Queryable, run: RunRequest): Promise<void> => {
  // One at a time per environment, so that two requests of one moment agree on which is the newer.
  await db.query("select pg_advisory_xact_lock(hashtextextended('slipway.environment:' || $1, 0))", [run.environment]);
  await db.query(
    `update ops.runs set state = 'superseded', finished_at = now(), superseded_by = $2, cancel_reason = 'superseded by a newer request'
     where environment = $1 and state = 'queued' and not (kind = 'close-preview' and $3 <> 'close-preview')`,
    [run.environment, run.id, run.kind],
  );
  await db.query(
    `update ops.runs set cancel_requested = true, superseded_by = $2, cancel_reason = 'superseded by a newer request'
     where environment = $1 and state = 'running' and kind = 'open-preview' and $3 in ('open-preview', 'close-preview')`,
    [run.environment, run.id, run.kind],
  );
  await db.query(
    `insert into ops.runs (id, project, environment, kind, sha, requested_by, facts, priority) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [run.id, run.project, run.environment, run.kind, run.sha, run.requestedBy, JSON.stringify(run.facts), HEAVY.includes(run.kind) ? 0 : 1],
  );
};

/**
 * Who may go next, in one place: not while another run of the environment runs or was asked for earlier; heavy runs at most $builds at once
 * over all control planes; a preview that is not live yet only while its project has a place. `stages.preview.max` counts what is awake or
 * being built; a sleeping preview takes no place, but waking does not wait either, because someone is at the door.
 */
const WAITING = `
  with occupied as (
    select e.project, count(*)::int as places from ops.environments e
    where e.closed_at is null and e.stage = 'preview' and (e.awake or exists (
      select from ops.runs r where r.environment = e.id and r.kind = 'open-preview' and r.state = 'running'))
    group by e.project
  ), waiting as (
    select r.*, e.awake as has_place, coalesce(o.places, 0) as places,
      coalesce((p.config #>> '{stages,preview,max}')::int, 5) as most,
      (select count(*)::int from ops.runs x where x.state = 'running' and x.kind = any($1)) as building,
      exists (select from ops.runs x where x.environment = r.environment and x.sequence < r.sequence and x.state in ('queued', 'running')) as behind
    from ops.runs r join ops.environments e on e.id = r.environment join ops.projects p on p.id = r.project
      left join occupied o on o.project = r.project
    where r.state = 'queued'
  )`;

const FULL = `(kind = any($1) and not has_place and places >= most)`;

/** Claims one run: one whose owner stopped renewing its lease, or a queued one that may go. Two processes never get the same. */
export const claimRun = (
  pool: Pool,
  claim: { readonly owner: string; readonly leaseSeconds: number; readonly limits: { readonly builds: number } },
): Promise<Run | null> =>
  inTransaction(pool, async (db) => {
    // One claimer at a time: the limits are counted over all of them.
    await db.query("select pg_advisory_xact_lock(hashtextextended('slipway.claim', 0))");
    const { rows } = await db.query(
      `${WAITING}, lost as (
         select id from ops.runs where state = 'running' and lease_until < now() order by sequence limit 1
       ), next as (
         select id from waiting where not behind and not ${FULL} and (not kind = any($1) or building < $4)
         order by priority desc, sequence limit 1
       )
       update ops.runs set state = 'running', owner = $2, lease_until = now() + make_interval(secs => $3), fence = fence + 1,
         attempts = attempts + 1, started_at = coalesce(started_at, now())
       where id = coalesce((select id from lost), (select id from next)) returning *`,
      [HEAVY, claim.owner, claim.leaseSeconds, claim.limits.builds],
    );
    return rows[0] === undefined ? null : toRun(rows[0]);
  });

/** `lost`: another process has it. `cancel`: it was asked to stop. */
export const renewLease = async (
  db: Queryable,
  lease: { readonly run: string; readonly owner: string; readonly fence: number; readonly leaseSeconds: number },
): Promise<'held' | 'cancel' | 'lost'> => {
  const { rows } = await db.query(
    `update ops.runs set lease_until = now() + make_interval(secs => $4)
     where id = $1 and owner = $2 and fence = $3 and state = 'running' returning cancel_requested`,
    [lease.run, lease.owner, lease.fence, lease.leaseSeconds],
  );
  if (rows[0] === undefined) return 'lost';
  return rows[0]['cancel_requested'] === true ? 'cancel' : 'held';
};

/** Failure: run-unknown. */
export const readRun = async (db: Queryable, id: string): Promise<Run> => {
  const { rows } = await db.query('select * from ops.runs where id = $1', [id]);
  if (rows[0] === undefined) throw new Failure('run-unknown', { run: id });
  return toRun(rows[0]);
};

export const savePlan = async (
  db: Queryable,
  planned: { readonly run: string; readonly fence: number; readonly plan: unknown; readonly facts: unknown },
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `update ops.runs set plan = $3, facts = $4 where id = $1 and fence = $2 and state = 'running'`,
    [planned.run, planned.fence, JSON.stringify(planned.plan), JSON.stringify(planned.facts)],
  );
  return rowCount === 1;
};

export const finishRun = async (
  db: Queryable,
  end: { readonly run: string; readonly fence: number; readonly state: RunState; readonly failure: FailureData | null },
): Promise<boolean> => {
  const { rowCount } = await db.query(
    `update ops.runs set state = $3, failure = $4, finished_at = now(), lease_until = null, owner = null
     where id = $1 and fence = $2 and state = 'running'`,
    [end.run, end.fence, end.state, end.failure === null ? null : JSON.stringify(end.failure)],
  );
  return rowCount === 1;
};

/** A queued run ends at once; a running one is asked to clean up and stop. */
export const requestCancel = async (db: Queryable, id: string, reason: string): Promise<void> => {
  await db.query(
    `update ops.runs set cancel_requested = true, cancel_reason = $2,
       state = case when state = 'queued' then 'cancelled' else state end,
       finished_at = case when state = 'queued' then now() else finished_at end
     where id = $1 and state in ('queued', 'running')`,
    [id, reason],
  );
};

export interface Waiting {
  /** 1 = next. */
  readonly position: number;
  readonly reason: string;
}

/** Place in the queue and the reason for waiting, in words, by run. */
export const queuePositions = async (db: Queryable): Promise<Map<string, Waiting>> => {
  const { rows } = await db.query(
    `${WAITING} select id, kind, behind, ${FULL} as full, places, most, building,
       row_number() over (order by priority desc, sequence)::int as position from waiting`,
    [HEAVY],
  );
  return new Map(
    rows.map((row) => [row['id'] as string, { position: row['position'] as number, reason: whyWaiting(row) }]),
  );
};

const whyWaiting = (row: Readonly<Record<string, unknown>>): string => {
  if (row['behind'] === true) return 'waits for the run before it on the same environment';
  if (row['full'] === true) return `${row['places']} of at most ${row['most']} previews are live; waits until one sleeps or closes`;
  if (Number(row['building']) > 0) return `${row['building']} builds are running; waits for its turn`;
  return 'starts in a moment';
};

/** The run that made the environment what it serves now: its facts are what waking needs. */
export const lastServedRun = async (db: Queryable, environment: string): Promise<Run | null> => {
  const { rows } = await db.query(
    `select * from ops.runs where environment = $1 and kind = 'open-preview' and state = 'succeeded' order by sequence desc limit 1`,
    [environment],
  );
  return rows[0] === undefined ? null : toRun(rows[0]);
};

export const hasOpenRun = async (db: Queryable, environment: string): Promise<boolean> => {
  const { rows } = await db.query(`select 1 from ops.runs where environment = $1 and state in ('queued', 'running') limit 1`, [environment]);
  return rows.length > 0;
};

export const countHeavyRuns = async (db: Queryable): Promise<number> => {
  const { rows } = await db.query(`select count(*)::int as n from ops.runs where state in ('queued', 'running') and kind = any($1)`, [HEAVY]);
  return rows[0]?.['n'] as number;
};
