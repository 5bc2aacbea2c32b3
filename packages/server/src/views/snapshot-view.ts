import type { SnapshotView } from '@slipway/contracts/views';
import { judgeRetention, type RetentionRule } from '../domain/retention.ts';
import type { Queryable } from '../store/queryable.ts';
import { listSnapshots } from '../store/snapshots.ts';

export interface Keeping {
  readonly raw: RetentionRule;
  readonly sanitised: number;
}

/** Newest first, each with why it is kept. */
export const snapshotViews = async (
  db: Queryable,
  project: string,
  keeping: Keeping,
  kind: SnapshotView['kind'] | null,
): Promise<SnapshotView[]> => {
  const rows = await listSnapshots(db, project);
  const reasons = new Map<string, string>();
  for (const { id, keep, why } of judgeRetention(
    rows.filter((row) => row.kind === 'raw'),
    keeping.raw,
  ))
    if (keep) reasons.set(id, why);
  const sanitised = rows.filter((row) => row.kind === 'sanitised');
  for (const { id } of sanitised.filter((row) => row.pinned)) reasons.set(id, 'pinned');
  for (const { id } of sanitised.filter((row) => !row.pinned).slice(0, keeping.sanitised))
    reasons.set(id, `one of the newest ${keeping.sanitised}`);
  return rows
    .filter((row) => kind === null || row.kind === kind)
    .map((row) => ({
      id: row.id,
      project: row.project,
      kind: row.kind,
      reason: row.reason,
      series: row.series,
      modules: row.modules,
      rows: row.rows,
      files: row.files,
      bytes: row.bytes,
      storedBytes: row.storedBytes,
      encrypted: row.encrypted,
      takenAt: row.takenAt,
      finishedAt: row.finishedAt,
      pinned: row.pinned,
      keep: reasons.get(row.id) ?? null,
    }));
};
