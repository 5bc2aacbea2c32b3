/** What is known of a commit that staging runs: its build, its tests, and what was found of the database it was tried on. */
import type { FailureData } from '@slipway/contracts/failure';
import type { Verdict } from '@slipway/contracts/views';
import type { PromotionFacts } from '../domain/promotion.ts';
import type { Release } from '../domain/release.ts';
import { type Queryable, query, queryOne } from './queryable.ts';

/** The newest build of a commit for an environment, as it was written down when it was made. Null: none came to an image. */
export const builtRelease = (
  db: Queryable,
  environment: string,
  served: { readonly sha: string; readonly image: string },
): Promise<Release | null> =>
  queryOne(
    db,
    `select b.git_sha as "sha", b.id as "build", b.image_tag as "image", b.image_sha256 as "imageDigest", b.lock_hash as "lockHash",
       coalesce(b.content_hash, '') as "contentHash"
     from ops.builds b join ops.runs r on r.id = b.run
     where r.environment = $1 and b.git_sha = $2 and b.image_tag = $3 and b.state = 'built' and b.image_sha256 is not null
     order by r.sequence desc limit 1`,
    [environment, served.sha, served.image],
  );

/** When the environment was last brought to what it serves. */
export const servedSince = async (db: Queryable, environment: string): Promise<string | null> =>
  (
    await queryOne<{ since: string }>(
      db,
      `select coalesce(finished_at, started_at) as since from ops.deployments
       where environment = $1 and status = 'succeeded' order by started_at desc limit 1`,
      [environment],
    )
  )?.since ?? null;

const WORST: readonly Verdict[] = ['red', 'yellow', 'green'];

/**
 * What the tests of a commit said in an environment. A later run without tests (a refresh, a restart) takes nothing back: of the last one
 * with tests and the newest after it the worse counts.
 */
export const testVerdictOf = async (db: Queryable, environment: string, sha: string): Promise<Verdict | null> => {
  const rows = await query<{ verdict: Verdict; ran: number }>(
    db,
    `select b.test_verdict as verdict, coalesce((b.test_report #>> '{tests,run}')::int, 0) as ran
     from ops.builds b join ops.runs r on r.id = b.run
     where r.environment = $1 and b.git_sha = $2 and b.test_verdict is not null order by r.sequence desc`,
    [environment, sha],
  );
  const said = [rows[0], rows.find(({ ran }) => ran > 0)].map((row) => row?.verdict);
  return WORST.find((verdict) => said.includes(verdict)) ?? null;
};

interface EndedStep {
  readonly state: 'done' | 'failed';
  readonly receipt: { readonly ok?: boolean } | null;
  readonly failure: FailureData | null;
  readonly at: string;
}

/** How the database of an environment was found when it was last looked at; null: it never was. */
export const neutralisationOf = async (
  db: Queryable,
  environment: string,
): Promise<PromotionFacts['neutralisation']> => {
  const step = await queryOne<EndedStep>(
    db,
    `select s.state, s.receipt, s.failure, s.finished_at as at from ops.steps s join ops.runs r on r.id = s.run
     where r.environment = $1 and s.kind = 'validate-database' and (s.state = 'done' or s.failure ->> 'code' = 'not-neutralised')
     order by s.finished_at desc limit 1`,
    [environment],
  );
  if (step === null) return null;
  const { receipt, failure, at } = step;
  const valid = step.state === 'done' && receipt?.ok === true;
  return { valid, problems: valid ? [] : [String(failure?.facts['failed'] ?? 'it was not found valid')], at };
};

/** Columns that the newest attempt at a sanitised snapshot found unseen; null: production's schema was never compared. */
export const driftOf = async (db: Queryable, project: string): Promise<PromotionFacts['drift']> => {
  const step = await queryOne<EndedStep>(
    db,
    `select s.state, s.receipt, s.failure, s.finished_at as at from ops.steps s join ops.runs r on r.id = s.run
     where r.project = $1 and s.kind = 'write-snapshot' and s.input ->> 'kind' = 'sanitised'
       and (s.state = 'done' or s.failure ->> 'code' = 'schema-drift')
     order by s.finished_at desc limit 1`,
    [project],
  );
  if (step === null) return null;
  const columns = step.state === 'done' ? [] : String(step.failure?.facts['columns'] ?? 'unnamed ones').split(', ');
  return { columns, at: step.at };
};

/** Secrets and unreadable manifests that the guards found in a commit; null: they did not get through, or were not asked. */
export const securityOf = async (db: Queryable, project: string, sha: string): Promise<PromotionFacts['security']> => {
  const row = await queryOne<{ guards: { id: string; errors: number }[] | null; at: string }>(
    db,
    `select s.receipt -> 'guards' as guards, s.finished_at as at from ops.steps s join ops.runs r on r.id = s.run
     where r.project = $1 and r.sha = $2 and s.kind = 'check-repository' and s.state = 'done' and s.receipt ->> 'unfinished' is null
     order by s.finished_at desc limit 1`,
    [project, sha],
  );
  const errorsOf = (id: string): number | undefined => row?.guards?.find((guard) => guard.id === id)?.errors;
  const [secrets, manifests] = [errorsOf('secrets'), errorsOf('manifests')];
  if (row === null || secrets === undefined || manifests === undefined) return null;
  return { secrets, manifests, at: row.at };
};
