import { inTransaction, LOCKS, type Queryable, query, queryOne } from './queryable.ts';
import { HEAVY, TAKES_PLACE } from './run-kinds.ts';
import { RUN_COLUMNS, type Run } from './runs.ts';

/**
 * What stands in the way of each waiting run. $1 = heavy kinds, $2 = kinds that take a place.
 * Within an environment light runs (close, sleep, wake) go before heavy ones, and those of one weight in the order of asking.
 * An environment holds a place while it is served by a slot that is awake, or while a run works on getting it there.
 */
const WAITING = `
  with places as (
    select e.project, count(*) as used from ops.environments e
    where e.stage = 'preview' and (e.closed_at is null and e.live_slot is not null and not e.asleep
      or exists (select from ops.runs r where r.environment = e.id and r.state = 'running' and r.kind = any($2)))
    group by e.project
  ), builders as (
    select count(*) as busy from ops.runs where state = 'running' and kind = any($1)
  ), waiting as (
    select r.id, r.project, r.priority, r.sequence, r.kind = any($1) as heavy, builders.busy,
      coalesce(places.used, 0) as used, coalesce((p.config -> 'stages' -> 'preview' ->> 'max')::int, 5) as max,
      exists (select from ops.runs o where o.environment = r.environment and o.state = 'running') as occupied,
      exists (select from ops.runs o where o.environment = r.environment and o.state = 'queued'
        and (o.kind = any($1), o.sequence) < (r.kind = any($1), r.sequence)) as behind,
      e.stage = 'preview' and not (e.live_slot is not null and not e.asleep) as needs_place
    from ops.runs r join ops.environments e on e.id = r.environment join ops.projects p on p.id = r.project
      cross join builders left join places on places.project = r.project
    where r.state = 'queued'
  )`;

/** A run whose holder died comes first: it counts against the limits already. */
const PICK = `${WAITING}
  select r.id from ops.runs r left join waiting w on w.id = r.id
  where r.state = 'running' and r.lease_until < clock_timestamp()
    or w.id is not null and not w.occupied and not w.behind
      and (not w.heavy or w.busy < $3 and (not w.needs_place or w.used < w.max))
  order by r.state = 'running' desc, w.heavy nulls first, r.priority desc, r.sequence
  limit 1 for update of r skip locked`;

const TAKE = `
  update ops.runs r set state = 'running', owner = $2, lease_seconds = $3, fence = fence + 1, attempts = attempts + 1,
    lease_until = clock_timestamp() + make_interval(secs => $3), started_at = coalesce(started_at, clock_timestamp())
  where id = $1 returning ${RUN_COLUMNS}`;

const ANYTHING = `select from ops.runs where state = 'queued' or state = 'running' and lease_until < clock_timestamp() limit 1`;

/**
 * The next run that may start, held by `owner` for `leaseSeconds`; null when there is none. One process at a time decides, over all
 * control planes, because the limits are counts: two that count at once would both see the last free place.
 */
export const claimRun = async (
  db: Queryable,
  claim: { readonly owner: string; readonly leaseSeconds: number; readonly limits: { readonly builds: number } },
): Promise<Run | null> => {
  if ((await query(db, ANYTHING)).length === 0) return null;
  return inTransaction(db, async (tx) => {
    // A statement of its own: the next one then sees what the process before us committed.
    await query(tx, 'select pg_advisory_xact_lock($1)', [LOCKS.claim]);
    const next = await queryOne<{ id: string }>(tx, PICK, [HEAVY, TAKES_PLACE, claim.limits.builds]);
    return next === null ? null : queryOne<Run>(tx, TAKE, [next.id, claim.owner, claim.leaseSeconds]);
  });
};

export interface QueuePosition {
  /** 1 = next, counted within the project. */
  readonly position: number;
  /** Why it waits, in words. */
  readonly reason: string;
}

interface WaitingRow {
  readonly id: string;
  readonly position: number;
  readonly heavy: boolean;
  readonly busy: number;
  readonly used: number;
  readonly max: number;
  readonly occupied: boolean;
  readonly behind: boolean;
  readonly needsPlace: boolean;
}

/** Place in the queue by run, of one project or of all. */
export const queuePositions = async (db: Queryable, project?: string): Promise<Map<string, QueuePosition>> => {
  const rows = await query<WaitingRow>(
    db,
    `${WAITING}
     select id, heavy, busy, used, max, occupied, behind, needs_place as "needsPlace",
       row_number() over (partition by project order by heavy, priority desc, sequence) as position
     from waiting where $3::text is null or project = $3`,
    [HEAVY, TAKES_PLACE, project ?? null],
  );
  return new Map(rows.map((row) => [row.id, { position: row.position, reason: reasonOf(row) }]));
};

const reasonOf = (row: WaitingRow): string => {
  if (row.occupied) return 'another run of this environment has to end first';
  if (row.behind) return 'an earlier request for this environment comes first';
  if (row.heavy && row.needsPlace && row.used >= row.max)
    return `${row.used} of ${row.max} previews are live (stages.preview.max); it starts when one closes or sleeps`;
  if (row.heavy && row.busy > 0) return `it waits for a free builder (${row.busy} busy)`;
  return 'it starts in a moment';
};
