import type { Verdict } from '@slipway/contracts/views';
import { json, type Queryable, query, queryOne } from './queryable.ts';

/** One attempt to make an image of a commit. Times are ISO 8601. */
export interface BuildStart {
  readonly id: string;
  readonly project: string;
  readonly run: string | null;
  readonly sha: string;
  readonly branch: string | null;
  readonly message: string | null;
  readonly author: string | null;
  readonly committedAt: string | null;
  readonly lockHash: string;
  readonly contentHash: string | null;
}

/** Safe to repeat with the same id: the build that is there stays as it is. */
export const startBuild = async (db: Queryable, build: BuildStart): Promise<void> => {
  await query(
    db,
    `insert into ops.builds (id, project, run, git_sha, branch, commit_message, author, committed_at, lock_hash, content_hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing`,
    [
      build.id,
      build.project,
      build.run,
      build.sha,
      build.branch,
      build.message,
      build.author,
      build.committedAt,
      build.lockHash,
      build.contentHash,
    ],
  );
};

export type BuildEnd =
  | { readonly state: 'built'; readonly image: string; readonly imageDigest: string; readonly cached: boolean }
  | { readonly state: 'failed' };

export const finishBuild = async (db: Queryable, id: string, end: BuildEnd): Promise<void> => {
  const built = end.state === 'built' ? end : null;
  await query(
    db,
    `update ops.builds set state = $2, image_tag = coalesce($3, image_tag), image_sha256 = coalesce($4, image_sha256),
       cached = coalesce($5, cached), finished_at = now(), milliseconds = extract(epoch from now() - started_at) * 1000
     where id = $1 and (state, image_tag, image_sha256) is distinct from ($2, $3, $4)`,
    [id, end.state, built?.image ?? null, built?.imageDigest ?? null, built?.cached ?? null],
  );
};

/** What the tests of the commit said; `report` is kept as it is. */
export const setTestVerdict = async (db: Queryable, id: string, verdict: Verdict, report: unknown): Promise<void> => {
  await query(db, 'update ops.builds set test_verdict = $2, test_report = $3 where id = $1', [
    id,
    verdict,
    json(report),
  ]);
};

/** Of the build that the environment serves now. */
export const servedVerdict = async (db: Queryable, environment: string): Promise<Verdict | null> =>
  (
    await queryOne<{ verdict: Verdict | null }>(
      db,
      `select b.test_verdict as verdict from ops.builds b join ops.runs r on r.id = b.run
       where r.environment = $1 and r.state = 'succeeded' order by r.sequence desc limit 1`,
      [environment],
    )
  )?.verdict ?? null;
