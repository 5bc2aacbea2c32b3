import type { BoardCard, BoardView, CardRun, ProjectInList } from '@slipway/contracts/board-views';
import { queuePositions } from '../store/claim-run.ts';
import { type Queryable, query } from '../store/queryable.ts';
import { UPKEEP } from '../store/run-kinds.ts';
import { failedUpkeep } from './upkeep-view.ts';

const PROJECTS = `
  select p.name, coalesce(p.repository, p.folder) as repository, p.default_branch as "defaultBranch",
    exists (select from ops.environments e where e.project = p.id and e.stage = 'production' and e.closed_at is null) as production,
    exists (select from ops.environments e where e.project = p.id and e.stage = 'staging' and e.closed_at is null) as staging
  from ops.projects p where p.organisation = $1 order by p.name`;

interface ProjectRow {
  readonly name: string;
  readonly repository: string | null;
  readonly defaultBranch: string | null;
  readonly production: boolean;
  readonly staging: boolean;
}

export interface Onlooker {
  readonly organisation: string;
  /** Sees all projects. */
  readonly installation: boolean;
  readonly roles: Readonly<Record<string, NonNullable<ProjectInList['role']>>>;
}

/** The projects that somebody may see, by name. */
export const projectList = async (db: Queryable, onlooker: Onlooker): Promise<ProjectInList[]> => {
  const rows = await query<ProjectRow>(db, PROJECTS, [onlooker.organisation]);
  return rows
    .filter(({ name }) => onlooker.installation || onlooker.roles[name] !== undefined)
    .map(({ production, staging, ...row }) => ({
      ...row,
      role: onlooker.roles[row.name] ?? null,
      stages: { production, staging },
    }));
};

/**
 * What is open of a run comes first, else the last one. What a commit says is in any build of it: the release in production was built
 * elsewhere.
 */
const CARDS = `
  select e.id as environment, e.name, e.stage, e.number, e.title, e.branch, e.state, e.reason, e.url, e.verdict, e.failure,
    e.head_sha as sha, e.live_sha as "liveSha", e.updated_at as "updatedAt",
    t.tests, c.commit_message as message, c.author, c.committed_at as "committedAt",
    r.id as run, r.kind, r.state as "runState", r.started_at as "startedAt", r.reason as "runReason",
    f.id as "failedRun", f.kind as "failedKind", s.step, coalesce(s.done, 0)::int as done, coalesce(r.steps, 0)::int as steps,
    e.stage = 'preview' and e.live_slot is not null and not e.asleep as "holdsPlace"
  from ops.environments e
  left join lateral (
    select id, kind, state, started_at, coalesce(cancel_reason, reason) as reason,
      case when state = 'running' then jsonb_array_length(plan -> 'steps') end as steps
    from ops.runs where environment = e.id and (state in ('queued', 'running') or id = e.run)
    order by state = 'running' desc, state = 'queued' desc limit 1) r on true
  left join lateral (
    select id, kind from ops.runs
    where environment = e.id and e.failure is not null and state in ('failed', 'cancelled') and failure = e.failure
    order by sequence desc limit 1) f on true
  left join lateral (
    select count(*) filter (where state in ('done', 'skipped')) as done, max(name) filter (where state = 'running') as step
    from ops.steps where run = r.id and r.state = 'running' and index < 1000) s on true
  left join lateral (
    select b.test_report -> 'tests' as tests from ops.runs br join ops.builds b on b.run = br.id
    where br.environment = e.id and b.state <> 'building' order by br.sequence desc limit 1) t on true
  left join lateral (
    select b.commit_message, b.author, b.committed_at from ops.builds b
    where b.project = e.project and b.git_sha = e.head_sha order by b.started_at desc limit 1) c on true
  where e.project = $1 and e.closed_at is null
  order by e.updated_at desc, e.id`;

interface CardRow extends Omit<BoardCard, 'commit' | 'run' | 'failure' | 'upkeep'> {
  readonly failure: Pick<NonNullable<BoardCard['failure']>, 'code' | 'message' | 'hint'> | null;
  readonly failedRun: string | null;
  readonly failedKind: string | null;
  readonly sha: string;
  readonly message: string | null;
  readonly author: string | null;
  readonly committedAt: string | null;
  readonly run: string | null;
  readonly kind: string;
  readonly runState: CardRun['state'];
  readonly startedAt: string | null;
  readonly runReason: string | null;
  readonly step: string | null;
  readonly done: number;
  readonly steps: number;
  readonly holdsPlace: boolean;
}

type Positions = Awaited<ReturnType<typeof queuePositions>>;

const runOf = (row: CardRow, positions: Positions): CardRun | null => {
  if (row.run === null) return null;
  const waiting = positions.get(row.run);
  return {
    id: row.run,
    kind: row.kind,
    state: row.runState,
    startedAt: row.startedAt,
    step: row.step,
    done: row.done,
    steps: row.steps,
    position: waiting?.position ?? null,
    reason: waiting?.reason ?? row.runReason,
  };
};

const failureOf = ({ failure, failedRun: run, failedKind: kind }: CardRow): BoardCard['failure'] => {
  // Versions before this one wrote a backup's failure down as the environment's.
  if (failure === null || (kind !== null && UPKEEP.includes(kind))) return null;
  const { code, message, hint } = failure;
  return { code, message, hint, run, kind };
};

const cardOf = (row: CardRow, positions: Positions, upkeep: BoardCard['upkeep']): BoardCard => {
  const { environment, name, stage, number, title, branch, state, reason, url, verdict, tests, liveSha, updatedAt } =
    row;
  const { sha, message, author, committedAt: at } = row;
  return {
    ...{ environment, name, stage, number, title, branch, state, reason, url, verdict, tests, liveSha, updatedAt },
    commit: { sha, message, author, at },
    run: runOf(row, positions),
    failure: failureOf(row),
    upkeep,
  };
};

/** The usual number of places, where the configuration names none: the same as in claim-run.ts. */
const PLACES = 5;

export interface BoardFacts {
  readonly id: string;
  readonly name: string;
  readonly repository: string | null;
  readonly folder: string | null;
  readonly defaultBranch: string | null;
  readonly config: { readonly stages?: { readonly preview?: { readonly max?: number } } };
}

export const boardOf = async (db: Queryable, project: BoardFacts): Promise<BoardView> => {
  const rows = await query<CardRow>(db, CARDS, [project.id]);
  const waits = rows.some(({ runState }) => runState === 'queued');
  const positions: Positions = waits ? await queuePositions(db, project.id) : new Map();
  // Backups and snapshots are of production only.
  const live = rows.find(({ stage }) => stage === 'production');
  const upkeep = live === undefined ? [] : await failedUpkeep(db, live.environment);
  const cards = (stage: BoardCard['stage']): BoardCard[] =>
    rows.filter((row) => row.stage === stage).map((row) => cardOf(row, positions, row === live ? upkeep : []));
  return {
    project: project.name,
    repository: project.repository ?? project.folder,
    defaultBranch: project.defaultBranch,
    production: cards('production'),
    staging: cards('staging'),
    previews: [...cards('preview'), ...cards('development')],
    places: {
      used: rows.filter(({ holdsPlace }) => holdsPlace).length,
      max: project.config.stages?.preview?.max ?? PLACES,
    },
  };
};
