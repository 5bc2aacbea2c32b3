import { ERRORS, type ErrorCode } from '@slipway/contracts/errors';
import type { FailureData } from '@slipway/contracts/failure';
import type { RunState, Verdict } from '@slipway/contracts/views';
import { type Queryable, query } from '../store/queryable.ts';

/** What a commit of staging's branch is told about itself. */
export interface StagingStatus {
  readonly sha: string;
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  /** At most 140 characters. */
  readonly description: string;
}

export interface StagingStatuses {
  readonly environment: string;
  readonly project: string;
  readonly url: string | null;
  /** Newest first. */
  readonly statuses: readonly StagingStatus[];
}

interface Row {
  readonly environment: string;
  readonly project: string;
  readonly url: string | null;
  readonly sha: string;
  readonly state: RunState;
  readonly failure: FailureData | null;
  readonly verdict: Verdict | null;
  readonly sequence: number;
}

/** The last deployments of each staging, of each commit the newest: whoever was overtaken is told, too. */
const SQL = `
  with last as (
    select r.*, row_number() over (partition by r.environment order by r.sequence desc) as place
    from ops.runs r where r.kind = 'deploy-staging' and r.sha is not null)
  select distinct on (l.environment, l.sha) l.environment, l.project, e.url, l.sha, l.state, l.failure, l.sequence,
    (select b.test_verdict from ops.builds b where b.run = l.id order by b.started_at desc limit 1) as verdict
  from last l join ops.environments e on e.id = l.environment
  where l.place <= 5 order by l.environment, l.sha, l.sequence desc`;

export const stagingStatuses = async (db: Queryable): Promise<StagingStatuses[]> => {
  const found = new Map<string, Row[]>();
  for (const row of await query<Row>(db, SQL)) found.set(row.environment, [...(found.get(row.environment) ?? []), row]);
  return [...found].map(([environment, rows]) => ({
    environment,
    project: rows[0]?.project ?? '',
    url: rows[0]?.url ?? null,
    statuses: rows.sort((a, b) => b.sequence - a.sequence).map(statusOf),
  }));
};

const statusOf = ({ sha, state, failure, verdict }: Row): StagingStatus => {
  const [shown, text] = SAYS[state]({ failure, verdict });
  const description = text.replace(/\s+/g, ' ');
  return {
    sha,
    state: shown,
    description: description.length > 140 ? `${description.slice(0, 139)}…` : description,
  };
};

type Ended = Pick<Row, 'failure' | 'verdict'>;

const SAYS: Readonly<Record<RunState, (run: Ended) => readonly [StagingStatus['state'], string]>> = {
  queued: () => ['pending', 'Waits to be deployed to staging'],
  running: () => ['pending', 'Being deployed to staging'],
  succeeded: ({ verdict }) => [
    verdict === 'red' ? 'failure' : 'success',
    `Deployed to staging${verdict === null ? '' : `: ${verdict}`}`,
  ],
  failed: ({ failure }) => [
    isUsers(failure) ? 'failure' : 'error',
    `Not deployed to staging, which stays as it was: ${failure?.message ?? 'it failed'}`,
  ],
  // No success: nobody has seen this commit on staging.
  superseded: () => ['error', 'Not deployed to staging: a newer commit was, in its place'],
  cancelled: () => ['error', 'Not deployed to staging: somebody cancelled it'],
};

const isUsers = (failure: FailureData | null): boolean =>
  failure !== null && Object.hasOwn(ERRORS, failure.code) && ERRORS[failure.code as ErrorCode].fault === 'user';
