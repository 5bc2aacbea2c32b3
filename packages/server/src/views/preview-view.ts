import type { PreviewView } from '@slipway/contracts/views';
import { queuePositions } from '../store/claim-run.ts';
import { type Queryable, queryRaw } from '../store/queryable.ts';
import { EVERYTHING, type Sight, sightValues } from '../store/sight.ts';
import type { Within } from './run-view.ts';

const SQL = `
  select e.*, r.state as run_state, r.requested_at, r.finished_at,
    (select b.id from ops.runs br join ops.builds b on b.run = br.id
      where br.environment = e.id order by br.sequence desc, b.started_at desc limit 1) as build,
    (select b.test_report -> 'tests' from ops.builds b join ops.runs br on br.id = b.run
      where br.environment = e.id and b.state <> 'building' order by br.sequence desc, b.started_at desc limit 1) as tests,
    (select coalesce(json_object_agg(s.name, s.milliseconds), '{}') from ops.steps s
      where s.run = e.run and s.state = 'done') as timings,
    (select s.receipt from ops.runs gr join ops.steps s on s.run = gr.id
      where gr.environment = e.id and gr.sha = e.head_sha and s.kind = 'check-repository' and s.state = 'done'
      order by gr.sequence desc limit 1) as guards,
    (select max(last_request_at) from ops.edge_activity a where a.environment = e.id) as requested_last
  from ops.environments e left join ops.runs r on r.id = e.run
  where e.stage = 'preview' and ($1::text is null or e.project = $1) and ($2::text is null or e.id = $2) and ($3 or e.state <> 'closed')
    and ($4::timestamptz is null or (date_trunc('milliseconds', e.updated_at), e.id) < ($4, $5))
    and ($7::text is null or e.organisation = $7) and ($8::text[] is null or e.project = any($8))
  order by date_trunc('milliseconds', e.updated_at) desc, e.id desc limit $6`;

export interface PreviewFilter {
  readonly project: string | null;
  /** Environment id. */
  readonly id: string | null;
  readonly closed: boolean;
  readonly sight?: Sight;
  /** Where the page before ended. They move: whatever is changed in between comes first again. */
  readonly after?: { readonly updatedAt: string; readonly id: string } | null;
  /** Default: all. */
  readonly limit?: number;
}

/** Login names are not secret; passwords are put in by who may see them. */
export type PasswordOf = (environment: string) => Promise<string | null>;

export const previewViews = async (
  db: Queryable,
  filter: PreviewFilter,
  passwordOf: PasswordOf,
  within: Within = (work) => work(db),
): Promise<PreviewView[]> => {
  const values = [
    filter.project,
    filter.id,
    filter.closed,
    filter.after?.updatedAt ?? null,
    filter.after?.id ?? null,
    filter.limit ?? null,
    ...sightValues(filter.sight ?? EVERYTHING),
  ];
  const rows = await within((tx) => queryRaw(tx, SQL, values));
  const waits = rows.some((row) => row['run_state'] === 'queued');
  const positions = waits ? await queuePositions(db) : new Map<string, never>();
  return Promise.all(rows.map((row) => toView(row as unknown as Row, positions, passwordOf)));
};

interface Row {
  id: string;
  project: string;
  number: number;
  title: string | null;
  state: PreviewView['state'];
  reason: string | null;
  url: string | null;
  database: string;
  branch: string | null;
  head_sha: string | null;
  live_sha: string | null;
  live_slot: string | null;
  verdict: PreviewView['verdict'];
  tests: PreviewView['tests'];
  guards: PreviewView['guards'];
  modules: PreviewView['modules'];
  run: string | null;
  run_state: string | null;
  requested_at: Date | null;
  finished_at: Date | null;
  build: string | null;
  timings: Record<string, number>;
  failure: PreviewView['failure'];
  created_at: Date;
  updated_at: Date;
  last_used_at: Date | null;
  requested_last: Date | null;
}

const toView = async (
  row: Row,
  positions: ReadonlyMap<string, { readonly position: number; readonly reason: string }>,
  passwordOf: PasswordOf,
): Promise<PreviewView> => {
  const waiting = row.run === null ? undefined : positions.get(row.run);
  const password = row.live_slot === null ? null : await passwordOf(row.id);
  const total =
    row.requested_at !== null && row.finished_at !== null
      ? row.finished_at.getTime() - row.requested_at.getTime()
      : null;
  const used = [row.last_used_at, row.requested_last]
    .filter((at) => at !== null)
    .sort((a, b) => b.getTime() - a.getTime())[0];
  return {
    project: row.project,
    number: row.number,
    title: row.title,
    state: row.state,
    position: waiting?.position ?? null,
    reason: waiting?.reason ?? row.reason,
    url: row.url,
    login: password === null ? null : { user: 'admin', password },
    database: row.database,
    branch: row.branch,
    sha: row.head_sha ?? '',
    liveSha: row.live_sha,
    verdict: row.verdict,
    tests: row.tests,
    guards: row.guards,
    modules: row.modules,
    timings: { ...row.timings, ...(total === null ? {} : { total }) },
    run: row.run,
    build: row.build,
    failure: row.failure,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    lastUsedAt: used?.toISOString() ?? null,
  };
};
