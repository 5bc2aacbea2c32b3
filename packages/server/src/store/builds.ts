import type { Verdict } from '@slipway/contracts/views';
import type { Queryable } from './queryable.ts';

export interface BuildStart {
  readonly id: string;
  readonly project: string;
  readonly run: string;
  readonly sha: string;
  readonly branch: string | null;
  readonly message: string;
  readonly author: string;
  readonly committedAt: string;
  readonly lockHash: string;
  readonly contentHash: string;
  readonly imageTag: string;
}

export const startBuild = async (db: Queryable, build: BuildStart): Promise<void> => {
  await db.query(
    `insert into ops.builds (id, project, run, git_sha, branch, commit_message, author, committed_at, lock_hash, content_hash, image_tag)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (id) do nothing`,
    [build.id, build.project, build.run, build.sha, build.branch, build.message, build.author, build.committedAt, build.lockHash, build.contentHash, build.imageTag],
  );
};

export interface BuildEnd {
  readonly state: 'built' | 'failed';
  readonly cached: boolean;
  readonly imageSha256: string | null;
  readonly verdict: Verdict | null;
  readonly report: unknown;
}

export const finishBuild = async (db: Queryable, id: string, end: BuildEnd): Promise<void> => {
  await db.query(
    `update ops.builds set state = $2, cached = $3, image_sha256 = $4, test_verdict = $5, test_report = $6, finished_at = now(),
       milliseconds = extract(epoch from now() - started_at) * 1000 where id = $1`,
    [id, end.state, end.cached, end.imageSha256, end.verdict, end.report === null ? null : JSON.stringify(end.report)],
  );
};
