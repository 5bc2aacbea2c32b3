import type { FailureData } from '@slipway/contracts/failure';
import type { RunState } from '@slipway/contracts/views';
import type { DeploymentState } from '../ports/source-host.ts';
import { type Queryable, query } from '../store/queryable.ts';

/** What the source host is told of a release that was to go to production. */
export interface ProductionStatus {
  /** What it is told about: going back to a release that was live says the same words once more. */
  readonly run: string;
  readonly sha: string;
  readonly state: DeploymentState;
  /** At most 140 characters. */
  readonly description: string;
}

export interface ProductionStatuses {
  readonly environment: string;
  readonly project: string;
  readonly url: string | null;
  /** Oldest first: that one is live makes the others inactive, so the order is told as it was. */
  readonly statuses: readonly ProductionStatus[];
}

interface Row {
  readonly run: string;
  readonly environment: string;
  readonly project: string;
  readonly url: string | null;
  readonly sha: string;
  readonly kind: string;
  readonly state: RunState;
  readonly failure: FailureData | null;
  /** Why a watch has taken it back; null: none has. */
  readonly worse: string | null;
}

/** The last deployments of each production and what went back to one, of each commit the newest. */
const SQL = `
  with last as (
    select r.*, row_number() over (partition by r.environment order by r.sequence desc) as place
    from ops.runs r where r.kind in ('deploy-production', 'rollback-production') and r.sha is not null),
  newest as (
    select distinct on (l.environment, l.sha) l.* from last l where l.place <= 5 order by l.environment, l.sha, l.sequence desc)
  select n.id as run, n.environment, n.project, e.url, n.sha, n.kind, n.state, n.failure,
    case when back.state = 'succeeded' then
      (select string_agg(about, ', ') from jsonb_array_elements_text(w.judgement -> 'about') as about) end as worse
  from newest n join ops.environments e on e.id = n.environment
    left join ops.production_watches w on w.deployment = n.id left join ops.runs back on back.id = w.rollback_run
  order by n.environment, n.sequence`;

export const productionStatuses = async (db: Queryable): Promise<ProductionStatuses[]> => {
  const found = Map.groupBy(await query<Row>(db, SQL), ({ environment }) => environment);
  return [...found].map(([environment, rows]) => ({
    environment,
    project: rows[0]?.project ?? '',
    url: rows[0]?.url ?? null,
    statuses: rows.map(statusOf),
  }));
};

const LONGEST = 140;

const statusOf = ({ run, sha, kind, state, failure, worse }: Row): ProductionStatus => {
  const verb = kind === 'rollback-production' ? 'going back to it' : 'deployment';
  const [shown, text] = worse === null ? SAYS[state](verb, failure?.message ?? 'it failed') : tookBack(worse);
  const description = text.replace(/\s+/g, ' ');
  return {
    run,
    sha,
    state: shown,
    description: description.length > LONGEST ? `${description.slice(0, LONGEST - 1)}…` : description,
  };
};

const tookBack = (worse: string): readonly [DeploymentState, string] => [
  'failure',
  `Rolled back by itself, it was worse than before: ${worse}`,
];

const SAYS: Readonly<Record<RunState, (verb: string, why: string) => readonly [DeploymentState, string]>> = {
  queued: () => ['queued', 'Waits to go to production'],
  running: () => ['in_progress', 'On its way to production'],
  succeeded: () => ['success', 'Live in production'],
  failed: (verb, why) => ['failure', `Production stays as it was, ${verb} failed: ${why}`],
  superseded: (verb) => ['error', `Production stays as it was: ${verb} was superseded`],
  cancelled: (verb) => ['error', `Production stays as it was: ${verb} was cancelled`],
};
