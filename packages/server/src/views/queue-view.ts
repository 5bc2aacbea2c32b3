import type { QueueView, RunInList } from '@slipway/contracts/board-views';
import { queuePositions } from '../store/claim-run.ts';
import { type Queryable, query } from '../store/queryable.ts';
import type { Within } from './run-view.ts';

const RUN = `
  select r.id, r.environment, r.kind, r.state, r.started_at as "startedAt", r.finished_at as "finishedAt", r.sha,
    r.requested_by as "requestedBy", r.requested_at as "requestedAt", coalesce(r.cancel_reason, r.reason) as reason,
    s.step, coalesce(s.done, 0)::int as done,
    coalesce(case when r.state = 'running' then jsonb_array_length(r.plan -> 'steps') end, 0)::int as steps
  from ops.runs r
  left join lateral (
    select count(*) filter (where state in ('done', 'skipped')) as done, max(name) filter (where state = 'running') as step
    from ops.steps where run = r.id and r.state = 'running' and index < 1000) s on true`;

/** How many a list shows. */
const NEWEST = 25;

const OPEN = `${RUN} where r.project = $1 and r.state in ('queued', 'running') order by r.sequence`;
const ENDED = `${RUN} where r.project = $1 and r.state not in ('queued', 'running') order by r.sequence desc limit ${NEWEST}`;
const OF_ENVIRONMENT = `${RUN} where r.environment = $1 order by r.sequence desc limit ${NEWEST}`;

type Row = Omit<RunInList, 'position'>;

/** Where each of them is in the queue, which is everybody's, and why. Asked only if one waits. */
const withPositions = async (db: Queryable, rows: readonly Row[]): Promise<RunInList[]> => {
  const waits = rows.some(({ state }) => state === 'queued');
  const positions = waits ? await queuePositions(db) : new Map<string, never>();
  return rows.map((row) => {
    const waiting = positions.get(row.id);
    return { ...row, position: waiting?.position ?? null, reason: waiting?.reason ?? row.reason };
  });
};

const turn = ({ state, position }: RunInList): number =>
  state === 'running' ? 0 : (position ?? Number.MAX_SAFE_INTEGER);

export const queueOf = async (db: Queryable, project: string, within: Within): Promise<QueueView> => {
  const [waiting, ended] = await within(async (tx) => [
    await query<Row>(tx, OPEN, [project]),
    await query<Row>(tx, ENDED, [project]),
  ]);
  const open = await withPositions(db, waiting);
  return {
    open: open.toSorted((one, other) => turn(one) - turn(other)),
    ended: ended.map((row) => ({ ...row, position: null })),
  };
};

export const runsOfEnvironment = async (db: Queryable, environment: string, within: Within): Promise<RunInList[]> =>
  withPositions(db, await within((tx) => query<Row>(tx, OF_ENVIRONMENT, [environment])));
