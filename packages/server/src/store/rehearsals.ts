import type { FailureData } from '@slipway/contracts/failure';
import type { RehearsalReport } from '@slipway/contracts/rehearsal-views';
import { json, type Queryable, query, queryOne } from './queryable.ts';

/** A release that was carried out on a copy of production. Times are ISO 8601. */
export interface Rehearsal {
  /** The run that it was. */
  readonly id: string;
  readonly project: string;
  readonly sha: string;
  readonly imageDigest: string;
  /** What production ran when it was planned; null: not known. */
  readonly productionSha: string | null;
  readonly productionSince: string | null;
  readonly snapshot: string | null;
  readonly snapshotTakenAt: string | null;
  readonly requestedBy: string;
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly seconds: number;
  readonly failure: FailureData | null;
  readonly lastLines: readonly string[];
  /** Null: it did not come to a plan. */
  readonly report: RehearsalReport | null;
  readonly at: string;
}

const COLUMNS = `id, project, git_sha as sha, image_sha256 as "imageDigest", production_sha as "productionSha",
  production_since as "productionSince", snapshot, snapshot_taken_at as "snapshotTakenAt", requested_by as "requestedBy", status, seconds,
  failure, last_lines as "lastLines", report, at`;

/** Twice is once. */
export const recordRehearsal = async (db: Queryable, one: Omit<Rehearsal, 'at'>): Promise<void> => {
  await query(
    db,
    `insert into ops.rehearsals (id, project, git_sha, image_sha256, production_sha, production_since, snapshot, snapshot_taken_at,
       requested_by, status, seconds, failure, last_lines, report)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (id) do nothing`,
    [
      ...[one.id, one.project, one.sha, one.imageDigest, one.productionSha, one.productionSince],
      ...[one.snapshot, one.snapshotTakenAt, one.requestedBy, one.status, one.seconds],
      ...[json(one.failure), json(one.lastLines), json(one.report)],
    ],
  );
};

/** The newest of this release that came to an end, else the newest of any; one that was cancelled says nothing. */
export const rehearsalOf = (
  db: Queryable,
  project: string,
  release: { readonly sha: string; readonly imageDigest: string },
): Promise<Rehearsal | null> =>
  queryOne(
    db,
    `select ${COLUMNS} from ops.rehearsals where project = $1 and status <> 'cancelled'
     order by (git_sha = $2 and image_sha256 = $3) desc, at desc, id desc limit 1`,
    [project, release.sha, release.imageDigest],
  );

export const listRehearsals = (
  db: Queryable,
  project: string,
  limit: number,
  after: string | null = null,
): Promise<Rehearsal[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.rehearsals where project = $1 and ($3::text is null or
       (at, id) < (select at, id from ops.rehearsals where project = $1 and id = $3))
     order by at desc, id desc limit $2`,
    [project, limit, after],
  );

/** Null: the project has none of that id. */
export const rehearsal = (db: Queryable, project: string, id: string): Promise<Rehearsal | null> =>
  queryOne(db, `select ${COLUMNS} from ops.rehearsals where project = $1 and id = $2`, [project, id]);
