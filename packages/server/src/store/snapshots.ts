import { Failure } from '@slipway/contracts/failure';
import type { ReviewedColumn } from '../domain/masking.ts';
import type { SnapshotKind, SnapshotReason, SnapshotSummary } from '../domain/snapshot.ts';
import type { SnapshotTable } from '../ports/snapshot-table.ts';
import { readArchive } from './archives.ts';
import { json, type Queryable, query, queryOne } from './queryable.ts';

/** What is known of a snapshot without asking its store. Times are ISO 8601. */
export interface SnapshotRow {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly run: string | null;
  readonly kind: SnapshotKind;
  readonly reason: SnapshotReason;
  readonly series: string;
  readonly modules: number;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly storedBytes: number;
  readonly encrypted: boolean;
  readonly rules: string | null;
  readonly takenAt: string;
  readonly finishedAt: string;
  readonly pinned: boolean;
}

const COLUMNS = `id, project, environment, run, kind, reason, series, modules, row_count as "rows", files, bytes, stored_bytes as "storedBytes",
  encrypted, rules, taken_at as "takenAt", finished_at as "finishedAt", pinned`;

/** Says that a snapshot exists; twice is once. */
export const recordSnapshot = async (
  db: Queryable,
  snapshot: Omit<SnapshotRow, 'pinned'> & { readonly columns: readonly ReviewedColumn[] | null },
): Promise<void> => {
  await query(
    db,
    `insert into ops.snapshots (id, project, environment, run, kind, reason, series, modules, row_count, files, bytes, stored_bytes,
       encrypted, rules, columns, taken_at, finished_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict (id) do nothing`,
    [
      snapshot.id,
      snapshot.project,
      snapshot.environment,
      snapshot.run,
      snapshot.kind,
      snapshot.reason,
      snapshot.series,
      snapshot.modules,
      snapshot.rows,
      snapshot.files,
      snapshot.bytes,
      snapshot.storedBytes,
      snapshot.encrypted,
      snapshot.rules,
      json(snapshot.columns),
      snapshot.takenAt,
      snapshot.finishedAt,
    ],
  );
};

/** One that the store holds and this table did not know, or had given up. */
export const adoptSnapshot = async (
  db: Queryable,
  { rules, ...summary }: SnapshotSummary & { readonly rules: string | null },
): Promise<void> => {
  await recordSnapshot(db, { ...summary, run: null, reason: summary.reason ?? 'manual', rules, columns: null });
  await query(db, 'update ops.snapshots set removed_at = null where id = $1', [summary.id]);
};

/** Newest first, those that are there. */
export const listSnapshots = (
  db: Queryable,
  project: string,
  kind: SnapshotKind | null = null,
): Promise<SnapshotRow[]> =>
  query(
    db,
    `select ${COLUMNS} from ops.snapshots
     where project = $1 and ($2::text is null or kind = $2) and removed_at is null order by taken_at desc, id desc`,
    [project, kind],
  );

/** Failure: snapshot-unknown. */
export const requireSnapshot = async (db: Queryable, project: string, id: string): Promise<SnapshotRow> => {
  const found = await queryOne<SnapshotRow>(
    db,
    `select ${COLUMNS} from ops.snapshots where project = $1 and id = $2 and removed_at is null`,
    [project, id],
  );
  if (found === null) throw new Failure('snapshot-unknown', { snapshot: id, project });
  return found;
};

export const latestSnapshot = async (db: Queryable, project: string, kind: SnapshotKind): Promise<SnapshotRow | null> =>
  (await listSnapshots(db, project, kind))[0] ?? null;

/** How the columns of the last sanitised snapshot were masked; null: there was none. */
export const lastReviewedColumns = async (db: Queryable, project: string): Promise<readonly ReviewedColumn[] | null> =>
  (
    await queryOne<{ columns: readonly ReviewedColumn[] }>(
      db,
      `select columns from ops.snapshots where project = $1 and kind = 'sanitised' and columns is not null
       order by taken_at desc limit 1`,
      [project],
    )
  )?.columns ?? null;

export const pinSnapshot = async (db: Queryable, id: string, pinned: boolean): Promise<void> => {
  await query(db, 'update ops.snapshots set pinned = $2 where id = $1', [id, pinned]);
};

/** The backup that the newest change in place can be undone with stays until the next one has another; nobody has to think of it. */
export const pinWayBack = async (db: Queryable, environment: string, id: string): Promise<void> => {
  await query(
    db,
    `update ops.snapshots s set pinned = (s.id = $2)
     where s.id = $2 or s.id in (select r.facts -> 'production' ->> 'backup' from ops.runs r
       where r.environment = $1 and r.state = 'succeeded' and r.facts -> 'production' ->> 'path' = 'maintenance')`,
    [environment, id],
  );
};

/** Before its blobs go: whatever dies in between, nobody is offered half a snapshot. */
export const markRemoved = async (db: Queryable, id: string): Promise<void> => {
  await query(db, 'update ops.snapshots set removed_at = coalesce(removed_at, now()) where id = $1', [id]);
};

export const snapshotTable = (db: Queryable): SnapshotTable => ({
  lastColumns: (project) => lastReviewedColumns(db, project),
  save: (summary, { reason, columns }) =>
    recordSnapshot(db, {
      id: summary.id,
      project: summary.project,
      environment: summary.environment,
      run: null,
      kind: summary.kind,
      reason,
      series: summary.series,
      modules: summary.modules,
      rows: summary.rows,
      files: summary.files,
      bytes: summary.bytes,
      storedBytes: summary.storedBytes,
      encrypted: summary.encrypted,
      rules: null,
      takenAt: summary.takenAt,
      finishedAt: summary.finishedAt,
      columns,
    }),
  list: (project, kind) => listSnapshots(db, project, kind),
  markRemoved: (id) => markRemoved(db, id),
  archivedUntil: async (project) => {
    const found = await readArchive(db, project);
    return found?.until == null || found.lineage === null
      ? null
      : { lineage: found.lineage, until: Date.parse(found.until) };
  },
});
