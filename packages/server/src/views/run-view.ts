import type { RunView } from '@slipway/contracts/views';
import { queuePositions } from '../store/claim-run.ts';
import { type Queryable, queryRaw } from '../store/queryable.ts';
import { EVERYTHING, type Sight, sightValues } from '../store/sight.ts';

const SQL = `
  select r.*, coalesce((select json_agg(json_build_object(
      'index', s.index, 'name', s.name, 'kind', s.kind, 'state', s.state, 'attempts', s.attempts, 'startedAt', s.started_at,
      'milliseconds', s.milliseconds, 'note', coalesce(s.note, s.failure ->> 'message')) order by s.index) from ops.steps s where s.run = r.id), '[]') as journal
  from ops.runs r
  where ($1::text is null or r.id = $1) and ($3::text is null or r.sequence < (select sequence from ops.runs where id = $3))
    and ($4::text is null or r.organisation = $4) and ($5::text[] is null or r.project = any($5))
  order by r.sequence desc limit $2`;

interface JournalRow {
  index: number;
  name: string;
  kind: string;
  state: RunView['steps'][number]['state'];
  attempts: number;
  startedAt: string | null;
  milliseconds: number | null;
  note: string | null;
}
interface PlanStep {
  name: string;
  kind: string;
}

/** How rows are read: with the rights of whoever asks, for one. The queue is everybody's, and is not. */
export type Within = <T>(work: (db: Queryable) => Promise<T>) => Promise<T>;

/** Runs with their steps: those that were taken, as the journal has them, then those that are planned. */
export const runViews = async (
  db: Queryable,
  filter: {
    readonly id: string | null;
    readonly limit: number;
    readonly after?: string | null;
    readonly sight?: Sight;
  },
  within: Within = (work) => work(db),
): Promise<RunView[]> => {
  const seen = sightValues(filter.sight ?? EVERYTHING);
  const rows = await within((tx) => queryRaw(tx, SQL, [filter.id, filter.limit, filter.after ?? null, ...seen]));
  const waits = rows.some((row) => row['state'] === 'queued');
  const positions = waits ? await queuePositions(db) : new Map<string, never>();
  return rows.map((row): RunView => {
    const waiting = positions.get(row['id'] as string);
    return {
      id: row['id'] as string,
      project: row['project'] as string,
      environment: row['environment'] as string,
      kind: row['kind'] as string,
      state: row['state'] as RunView['state'],
      position: waiting?.position ?? null,
      reason: waiting?.reason ?? (row['reason'] as string | null) ?? (row['cancel_reason'] as string | null),
      sha: row['sha'] as string | null,
      requestedBy: row['requested_by'] as string,
      requestedAt: (row['requested_at'] as Date).toISOString(),
      startedAt: (row['started_at'] as Date | null)?.toISOString() ?? null,
      finishedAt: (row['finished_at'] as Date | null)?.toISOString() ?? null,
      steps: steps(
        row['journal'] as JournalRow[],
        (row['plan'] as { steps: PlanStep[] } | null)?.steps ?? [],
        row['state'] === 'running',
      ),
      failure: row['failure'] as RunView['failure'],
    };
  });
};

const steps = (journal: readonly JournalRow[], plan: readonly PlanStep[], running: boolean): RunView['steps'] => {
  const taken = new Set(journal.map((row) => row.index));
  const pending = running
    ? plan
        .map(({ name, kind }, index) => ({
          index,
          name,
          kind,
          state: 'pending' as const,
          attempts: 0,
          startedAt: null,
          milliseconds: null,
          note: null,
        }))
        .filter(({ index }) => !taken.has(index))
    : [];
  return [
    ...journal.map((row) => ({
      ...row,
      startedAt: row.startedAt === null ? null : new Date(row.startedAt).toISOString(),
    })),
    ...pending,
  ].sort((a, b) => a.index - b.index);
};
