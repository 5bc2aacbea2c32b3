import type { Slot } from '../domain/names.ts';
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
  /** What a production needs to go back to it. */
  readonly served?: ServedVersion;
}

export interface ServedVersion {
  readonly kind: 'open' | 'deploy' | 'rollback';
  readonly image: string;
  readonly imageDigest: string | null;
  readonly database: string;
  readonly slot: Slot;
  readonly modules: unknown;
  /** The deployment that made its database; null: it ended before that. */
  readonly generation: string | null;
  /** The deployment whose version serves after it. */
  readonly version: string;
  /** ISO time; null: it never came to that. */
  readonly switchedAt: string | null;
  /** When its database was copied; null: it has that of the version before. */
  readonly heldAt: string | null;
}

/** One that has been made, or tried. Times are ISO 8601. */
export interface Deployment {
  readonly id: string;
  readonly environment: string;
  readonly run: string | null;
  readonly kind: 'open' | 'deploy' | 'rollback';
  readonly sha: string;
  readonly status: DeploymentStatus;
  readonly image: string | null;
  readonly imageDigest: string | null;
  readonly database: string | null;
  readonly slot: Slot | null;
  readonly generation: string | null;
  readonly version: string | null;
  readonly actor: string;
  readonly approver: string | null;
  readonly startedAt: string;
  readonly switchedAt: string | null;
  readonly heldAt: string | null;
  readonly finishedAt: string | null;
  /** Whether it changed its database in place, and the backup of it as it was before, while that is kept. */
  readonly inPlace: boolean;
  readonly backup: string | null;
}

const COLUMNS = `id, environment, run, kind, git_sha as sha, status, image, image_sha256 as "imageDigest", database, slot, generation,
  version, actor, approver, started_at as "startedAt", switched_at as "switchedAt", held_at as "heldAt", finished_at as "finishedAt"`;

/** As its run was planned. */
const IN_PLACE = `coalesce((select r.facts -> 'production' ->> 'path' = 'maintenance' from ops.runs r where r.id = d.run), false) as "inPlace",
  (select s.id from ops.snapshots s join ops.runs r on s.id = r.facts -> 'production' ->> 'backup'
   where r.id = d.run and s.removed_at is null) as backup`;

/** Of an environment, in the order in which they were made. */
export const deployments = (db: Queryable, environment: string): Promise<Deployment[]> =>
  query(db, `select ${COLUMNS}, ${IN_PLACE} from ops.deployments d where environment = $1 order by started_at, id`, [
    environment,
  ]);

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
    `insert into ops.deployments (id, environment, run, git_sha, rollback_sha, actor, approver, kind, image, image_sha256, database, slot,
       modules, generation, version, switched_at, held_at)
     values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, 'deploy'), $9, $10, $11, $12, coalesce($13::jsonb, '[]'), $14, $15, $16, $17)
     on conflict (id) do nothing`,
    [
      deployment.id,
      deployment.environment,
      deployment.run,
      deployment.sha,
      deployment.rollbackSha,
      deployment.actor,
      deployment.approver,
      deployment.served?.kind ?? null,
      deployment.served?.image ?? null,
      deployment.served?.imageDigest ?? null,
      deployment.served?.database ?? null,
      deployment.served?.slot ?? null,
      json(deployment.served?.modules ?? null),
      deployment.served?.generation ?? null,
      deployment.served?.version ?? null,
      deployment.served?.switchedAt ?? null,
      deployment.served?.heldAt ?? null,
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
