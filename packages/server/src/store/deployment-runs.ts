import type { StepRow } from './journal.ts';
import { type Queryable, query } from './queryable.ts';

/** Of the runs that brought something to production, what tells how long it took. */
export interface DeploymentRun {
  readonly id: string;
  readonly facts: unknown;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly steps: readonly Pick<StepRow, 'name' | 'kind' | 'state' | 'startedAt' | 'finishedAt' | 'milliseconds'>[];
}

type Row = Omit<DeploymentRun, 'steps'>;
type Step = DeploymentRun['steps'][number] & { readonly run: string };

export const deploymentRuns = async (db: Queryable, runs: readonly string[]): Promise<DeploymentRun[]> => {
  if (runs.length === 0) return [];
  const rows = await query<Row>(
    db,
    `select id, facts, started_at as "startedAt", finished_at as "finishedAt" from ops.runs
     where id = any($1) and kind = 'deploy-production' and started_at is not null order by sequence`,
    [runs],
  );
  const steps = await query<Step>(
    db,
    `select run, name, kind, state, started_at as "startedAt", finished_at as "finishedAt", milliseconds from ops.steps
     where run = any($1) order by run, index`,
    [rows.map(({ id }) => id)],
  );
  return rows.map((row) => ({ ...row, steps: steps.filter(({ run }) => run === row.id) }));
};
