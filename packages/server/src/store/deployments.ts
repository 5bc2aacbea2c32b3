import type { Queryable } from './queryable.ts';

export interface Deployment {
  /** The run's id: one run deploys at most once. */
  readonly id: string;
  readonly environment: string;
  readonly sha: string;
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly steps: unknown;
  readonly migrations: readonly { readonly module: string; readonly before: string | null; readonly after: string | null }[];
  readonly health: unknown;
  readonly rollbackSha: string | null;
  readonly actor: string;
  readonly startedAt: Date;
}

/** Safe to repeat: a deployment that is recorded stays as it is. */
export const recordDeployment = async (db: Queryable, one: Deployment): Promise<void> => {
  await db.query(
    `insert into ops.deployments (id, environment, run, git_sha, status, steps, migrations_run, health_results, rollback_sha, actor, started_at, finished_at)
     values ($1, $2, $1, $3, $4, $5, $6, $7, $8, $9, $10, now()) on conflict (id) do nothing`,
    [one.id, one.environment, one.sha, one.status, JSON.stringify(one.steps), JSON.stringify(one.migrations), JSON.stringify(one.health),
      one.rollbackSha, one.actor, one.startedAt],
  );
  for (const { module, before, after } of one.migrations)
    await db.query(
      `insert into ops.migrations (deployment, module, version_before, version_after) values ($1, $2, $3, $4) on conflict do nothing`,
      [one.id, module, before, after],
    );
};
