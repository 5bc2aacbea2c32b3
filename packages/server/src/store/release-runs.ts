import { type Queryable, query, queryOne } from './queryable.ts';
import { RUN_COLUMNS, type Run, readRun } from './runs.ts';
import { unknownRun } from './unknown.ts';

export type ReleaseRole = 'subject' | 'staging' | 'backup' | 'rehearsal';

export interface ReleaseRun {
  readonly role: ReleaseRole;
  readonly run: Run;
}

/** A deployment as it stands in the table, and the environment's stage. */
export interface DeploymentRow {
  readonly id: string;
  readonly status: string;
  readonly rollbackSha: string | null;
  readonly migrations: unknown;
  readonly health: unknown;
}

export interface ReleaseBuild {
  readonly id: string;
  readonly image: string | null;
  readonly imageDigest: string | null;
  readonly lockHash: string | null;
  readonly contentHash: string | null;
  readonly verdict: string | null;
}

/** What is known of a release: nothing here is guessed, what is not there is null. */
export interface ReleaseRecords {
  readonly subject: Run;
  readonly stage: string;
  readonly deployment: DeploymentRow | null;
  readonly build: ReleaseBuild | null;
  /** What it was judged by, gates and approvals: as it was kept, in whatever shape; see views/release-facts.ts. */
  readonly promotion: unknown;
}

/** By the id of a run or of a deployment. Failure: run-unknown. */
export const readRelease = async (db: Queryable, id: string): Promise<ReleaseRecords> => {
  const deployed = await queryOne<{ run: string | null }>(db, 'select run from ops.deployments where id = $1', [id]);
  const known = await queryOne(db, 'select id from ops.runs where id = $1', [id]);
  const run = known === null ? deployed?.run : id;
  if (run == null) throw await unknownRun(db, id);
  const subject = await readRun(db, run);
  const stage = await queryOne<{ stage: string }>(db, 'select stage from ops.environments where id = $1', [
    subject.environment,
  ]);
  return {
    subject,
    stage: stage?.stage ?? '',
    deployment: await queryOne<DeploymentRow>(db, DEPLOYMENT, [run]),
    build: await readReleaseBuild(db, subject),
    promotion: await readPromotion(db, subject),
  };
};

const DEPLOYMENT = `select id, status, rollback_sha as "rollbackSha", migrations_run as migrations, health_results as health
  from ops.deployments where run = $1 order by started_at desc, id limit 1`;

/** Of the run itself; a production takes the image that staging's run built. */
const readReleaseBuild = (db: Queryable, { id, project, sha }: Run): Promise<ReleaseBuild | null> =>
  queryOne<ReleaseBuild>(
    db,
    `select id, image_tag as image, image_sha256 as "imageDigest", lock_hash as "lockHash", content_hash as "contentHash",
       test_verdict as verdict
     from ops.builds where project = $2 and git_sha = $3 and (run = $1 or state = 'built')
     order by run is not distinct from $1 desc, started_at desc limit 1`,
    [id, project, sha],
  );

/** Its own row, else as it stands in the run's facts. */
const readPromotion = async (db: Queryable, { id, facts }: Run): Promise<unknown> => {
  const row = await queryOne<{ row: unknown }>(
    db,
    'select to_jsonb(p) as row from ops.promotions p where run = $1 order by p.created_at desc limit 1',
    [id],
  );
  return row?.row ?? (facts as { promotion?: unknown } | null)?.promotion ?? null;
};

const BEFORE: Readonly<Record<'staging' | 'rehearsal' | 'backup', string>> = {
  staging: `r.sha = $3 and r.kind in ('deploy-staging', 'refresh-staging', 'restore-staging')`,
  rehearsal: `r.sha = $3 and r.kind like 'rehears%'`,
  backup: `r.kind = 'create-snapshot' and r.facts->>'snapshot' = $3`,
};

/** The newest successful run of each kind that went before, in a fixed order. Only what goes to production was on staging first. */
export const runsItRestsOn = async (
  db: Queryable,
  { subject, stage }: ReleaseRecords,
  backup: string | null,
): Promise<ReleaseRun[]> => {
  const found: ReleaseRun[] = [];
  for (const role of ['staging', 'rehearsal', 'backup'] as const) {
    if (role === 'staging' && stage !== 'production') continue;
    const [run] = await query<Run>(
      db,
      `select ${RUN_COLUMNS} from ops.runs r
       where r.project = $1 and r.sequence < $2 and r.state = 'succeeded' and ${BEFORE[role]} order by r.sequence desc limit 1`,
      [subject.project, subject.sequence, role === 'backup' ? backup : subject.sha],
    );
    if (run !== undefined) found.push({ role, run });
  }
  return found;
};
