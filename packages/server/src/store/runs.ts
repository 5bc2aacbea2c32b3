import type { FailureData } from '@slipway/contracts/failure';
import { Failure } from '@slipway/contracts/failure';
import type { RunState } from '@slipway/contracts/views';
import { LostLease } from '../engine/interpret.ts';
import { inTransaction, json, type Queryable, query, queryOne } from './queryable.ts';
import { type RunKind, runKind } from './run-kinds.ts';
import { unknownRun } from './unknown.ts';

/** One execution of a plan, from being asked for to its end. Times are ISO 8601. */
export interface Run {
  readonly id: string;
  readonly organisation: string;
  readonly project: string;
  readonly environment: string;
  /** The order of asking, over the whole installation. */
  readonly sequence: number;
  readonly kind: string;
  readonly state: RunState;
  readonly priority: number;
  readonly reason: string | null;
  readonly sha: string | null;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** As the planner made it; null before. */
  readonly plan: unknown;
  readonly facts: unknown;
  readonly failure: FailureData | null;
  /** The control plane that holds it. */
  readonly owner: string | null;
  readonly leaseUntil: string | null;
  /** Grows with each claim: a write with an older number is refused. */
  readonly fence: number;
  readonly cancelRequested: boolean;
  readonly cancelReason: string | null;
  /** How often it was claimed. */
  readonly attempts: number;
}

export interface RunRequest {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly kind: string;
  readonly sha: string | null;
  readonly requestedBy: string;
  readonly facts: unknown;
  readonly priority?: number;
  readonly reason?: string | null;
}

export const RUN_COLUMNS = `r.id, r.organisation, r.project, r.environment, r.sequence, r.kind, r.state, r.priority, r.reason, r.sha,
  r.requested_by as "requestedBy", r.requested_at as "requestedAt", r.started_at as "startedAt", r.finished_at as "finishedAt",
  r.plan, r.facts, r.failure, r.owner, r.lease_until as "leaseUntil", r.fence, r.cancel_requested as "cancelRequested",
  r.cancel_reason as "cancelReason", r.attempts`;

const INSERT = `
  insert into ops.runs as r (id, project, environment, kind, sha, requested_by, facts, priority, reason)
  values ($1, $2, $3, $4, $5, $6, coalesce($7::jsonb, '{}'), $8, $9)
  on conflict (id) do nothing returning ${RUN_COLUMNS}`;

/**
 * Newest wins: waiting runs of the environment are superseded, a running one is asked to stop. Closing supersedes everything;
 * only opening supersedes a close that waits, and nothing stops a close that runs. Asking twice with one id is asking once.
 */
export const enqueueRun = (
  db: Queryable,
  request: RunRequest,
): Promise<{ readonly run: Run; readonly superseded: readonly string[] }> => {
  const kind = runKind(request.kind);
  return inTransaction(db, async (tx) => {
    // Two requests for one environment are put in an order here.
    await query(tx, 'select id from ops.environments where id = $1 for update', [request.environment]);
    const run = await queryOne<Run>(tx, INSERT, [
      request.id,
      request.project,
      request.environment,
      request.kind,
      request.sha,
      request.requestedBy,
      json(request.facts),
      request.priority ?? 0,
      request.reason ?? null,
    ]);
    if (run === null) return { run: await readRun(tx, request.id), superseded: [] };
    return { run, superseded: kind.supersedes === 'nothing' ? [] : await supersedeOthers(tx, run, kind) };
  });
};

const SUPERSEDE = `
  update ops.runs r set
    state = case when state = 'queued' then 'superseded' else state end,
    finished_at = case when state = 'queued' then now() end,
    cancel_requested = state = 'running',
    cancel_reason = 'superseded by ' || $2,
    reason = case when state = 'queued' then 'superseded by ' || $2 else reason end
  where environment = $1 and id <> $2 and not cancel_requested
    and ($4 = 'all' or state = 'queued' and kind = $3)
    and (state = 'queued' and (kind <> 'close-preview' or $3 in ('open-preview', 'close-preview'))
      or state = 'running' and kind <> 'close-preview')
  returning r.id, r.sequence`;

const supersedeOthers = async (tx: Queryable, run: Run, { supersedes }: RunKind): Promise<string[]> => {
  const values = [run.environment, run.id, run.kind, supersedes];
  const rows = await query<{ id: string; sequence: number }>(tx, SUPERSEDE, values);
  return rows.sort((a, b) => a.sequence - b.sequence).map((row) => row.id);
};

/** Failure: run-unknown. */
export const readRun = async (db: Queryable, id: string): Promise<Run> => {
  const run = await queryOne<Run>(db, `select ${RUN_COLUMNS} from ops.runs r where r.id = $1`, [id]);
  if (run === null) throw await unknownRun(db, id);
  return run;
};

/** A waiting run is cancelled at once; a running one is asked to stop and puts things right first. Failure: run-ended. */
export const requestCancel = async (db: Queryable, id: string, reason: string): Promise<Run> => {
  const cancelled = await query(
    db,
    `update ops.runs set
       state = case when state = 'queued' then 'cancelled' else state end,
       finished_at = case when state = 'queued' then now() end,
       cancel_requested = state = 'running', cancel_reason = $2
     where id = $1 and state in ('queued', 'running') and not cancel_requested returning id`,
    [id, reason],
  );
  const run = await readRun(db, id);
  const asked = cancelled.length > 0 || run.state === 'running';
  if (!asked) throw new Failure('run-ended', { run: id, state: run.state });
  return run;
};

/** Keeps a run for another lease. False: another process has it, or it ended; stop at once. */
export const renewLease = async (db: Queryable, run: string, owner: string, fence: number): Promise<boolean> => {
  const rows = await query(
    db,
    `update ops.runs set lease_until = clock_timestamp() + make_interval(secs => lease_seconds)
     where id = $1 and owner = $2 and fence = $3 and state = 'running' returning id`,
    [run, owner, fence],
  );
  return rows.length > 0;
};

/** Freezes the plan of a run, and the facts that it was made from. A plan that is there already stays. Throws LostLease. */
export const savePlan = async (
  db: Queryable,
  run: string,
  fence: number,
  plan: unknown,
  facts?: unknown,
): Promise<void> => {
  const rows = await query(
    db,
    `update ops.runs set facts = case when plan is null then coalesce($4::jsonb, facts) else facts end, plan = coalesce(plan, $3::jsonb)
     where id = $1 and fence = $2 and state = 'running' returning id`,
    [run, fence, json(plan), json(facts)],
  );
  if (rows.length === 0) throw new LostLease();
};

/** The end of a run. Saying the same end twice is saying it once. Throws LostLease. */
export const finishRun = async (
  db: Queryable,
  end: {
    readonly run: string;
    readonly fence: number;
    readonly state: Exclude<RunState, 'queued' | 'running'>;
    readonly failure?: FailureData | null;
    readonly reason?: string | null;
  },
): Promise<void> => {
  const rows = await query(
    db,
    `update ops.runs set state = $3, failure = $4, reason = coalesce($5, reason), finished_at = coalesce(finished_at, now()),
       lease_until = null
     where id = $1 and fence = $2 and state in ('running', $3) returning id`,
    [end.run, end.fence, end.state, json(end.failure), end.reason ?? null],
  );
  if (rows.length === 0) throw new LostLease();
};

/** Gives a run back at an orderly stop, so that the next control plane need not wait for the lease to run out. */
export const releaseRun = async (db: Queryable, run: string, owner: string, fence: number): Promise<void> => {
  await query(
    db,
    `update ops.runs set lease_until = 'epoch' where id = $1 and owner = $2 and fence = $3 and state = 'running'`,
    [run, owner, fence],
  );
};
