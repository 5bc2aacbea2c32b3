import type { ReviewedColumn } from '../domain/masking.ts';
import type { Keepable } from '../domain/retention.ts';
import type { SnapshotKind, SnapshotReason, SnapshotSummary } from '../domain/snapshot.ts';

/** Which snapshots the control plane knows of. */
export interface SnapshotTable {
  /** How the columns of the last sanitised snapshot were masked; null: there was none. */
  lastColumns(project: string): Promise<readonly ReviewedColumn[] | null>;
  /** Says that a snapshot exists; twice is once. `columns`: how they were masked, where that is known. */
  save(
    summary: SnapshotSummary,
    more: { readonly reason: SnapshotReason; readonly columns: readonly ReviewedColumn[] | null },
  ): Promise<void>;
  /** Newest first, those that are there. */
  list(project: string, kind: SnapshotKind): Promise<readonly Keepable[]>;
  /** Before its blobs go. Safe to repeat. */
  markRemoved(id: string): Promise<void>;
  /** Up to when a project's log is stored; null: none is kept. `lineage`: which history. */
  archivedUntil(project: string): Promise<{ readonly lineage: string; readonly until: number } | null>;
}
