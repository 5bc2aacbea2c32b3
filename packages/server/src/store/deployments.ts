import { json, type Queryable, query } from './queryable.ts';

export type DeploymentStatus = 'running' | 'succeeded' | 'failed' | 'rolled-back' | 'cancelled';

/** A commit that is brought to an environment. */
export interface DeploymentStart {
  readonly id: string;
  readonly environment: string;
  readonly run: string | null;
  readonly sha: string;
  /** The commit to go back to. */
  readonly rollbackSha: string | null;
  readonly actor: string;
  readonly approver: string | null;
}

/** A module that a deployment brought from one version to another. */
export interface ModuleMigration {
  readonly module: string;
  readonly versionBefore: string | null;
  readonly versionAfter: string | null;
  readonly script?: string;
  readonly milliseconds: number | null;
}

/** Safe to repeat with the same id. */
export const startDeployment = async (db: Queryable, deployment: DeploymentStart): Promise<void> => {
  await query(
    db,
    `insert into ops.deployments (id, environment, run, git_sha, rollback_sha, actor, approver) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (id) do nothing`,
    [
      deployment.id,
      deployment.environment,
      deployment.run,
      deployment.sha,
      deployment.rollbackSha,
      deployment.actor,
      deployment.approver,
    ],
  );
};

/** Writes the end, and what was learned on the way, in one statement. Safe to repeat. */
export const finishDeployment = async (
  db: Queryable,
  id: string,
  end: {
    readonly status: Exclude<DeploymentStatus, 'running'>;
    readonly steps: unknown;
    readonly healthResults: unknown;
    readonly migrations: readonly ModuleMigration[];
  },
): Promise<void> => {
  await query(db, FINISH, [id, end.status, json(end.steps), json(end.migrations), json(end.healthResults)]);
};

const FINISH = `
  with ended as (
    update ops.deployments set status = $2, steps = coalesce($3::jsonb, steps), migrations_run = coalesce($4::jsonb, migrations_run),
      health_results = coalesce($5::jsonb, health_results), finished_at = coalesce(finished_at, now())
    where id = $1 returning id
  )
  insert into ops.migrations (deployment, module, version_before, version_after, script, milliseconds)
  select ended.id, m.module, m."versionBefore", m."versionAfter", coalesce(m.script, ''), m.milliseconds
  from ended, jsonb_to_recordset($4::jsonb)
    as m (module text, "versionBefore" text, "versionAfter" text, script text, milliseconds double precision)
  on conflict (deployment, module, script) do nothing`;
