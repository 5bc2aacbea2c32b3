/** A database and its filestore at one moment, in a store: exists whole or not at all. */

import type { ReviewedColumn } from './masking.ts';

export type SnapshotKind = 'raw' | 'sanitised';
/** Why it was made. */
export type SnapshotReason = 'manual' | 'schedule' | 'deployment' | 'refresh';

/** One stored object: compressed (zstd), encrypted when the store has a key. Same content, same id: it is stored once. */
export interface StoredObject {
  /** Hex; a keyed hash of the plain content where the store is encrypted, else its SHA-256. */
  readonly id: string;
  /** Bytes before and after compression and encryption. */
  readonly bytes: number;
  readonly storedBytes: number;
}

export interface SnapshotTable {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** In order; each is COPY text of whole rows. A part of a bundle has `offset` and `length` inside the object's plain content. */
  readonly parts: readonly (StoredObject & { readonly offset?: number; readonly length?: number })[];
}

export interface SnapshotFile {
  /** Inside the filestore: `ab/abcdef…`. */
  readonly path: string;
  readonly object: StoredObject;
}

/** The one document that makes a snapshot exist; its own SHA-256 is kept beside it. */
export interface SnapshotManifest {
  readonly format: 1;
  readonly id: string;
  readonly kind: SnapshotKind;
  readonly project: string;
  readonly environment: string;
  /** ISO 8601: when the exported snapshot of the database was taken. */
  readonly takenAt: string;
  readonly finishedAt: string;
  readonly series: string;
  readonly server: number;
  readonly database: string;
  readonly modules: readonly { readonly name: string; readonly version: string | null }[];
  /** Version of the masking rules; null for a raw one. */
  readonly rules: string | null;
  /** How each column was masked; not there: raw, or made before this was kept. */
  readonly reviewed?: readonly ReviewedColumn[];
  /** Absent in the first ones. */
  readonly reason?: SnapshotReason;
  /** pg_dump custom format, schema only. */
  readonly schema: StoredObject;
  readonly tables: readonly SnapshotTable[];
  readonly sequences: readonly { readonly name: string; readonly last: string; readonly called: boolean }[];
  readonly files: readonly SnapshotFile[];
  /** Attachments whose file was missing in production when the snapshot was taken. */
  readonly missingFiles: readonly string[];
  readonly bytes: number;
  readonly storedBytes: number;
}

/** What lists show. */
export interface SnapshotSummary {
  readonly id: string;
  readonly kind: SnapshotKind;
  readonly project: string;
  readonly environment: string;
  readonly takenAt: string;
  readonly finishedAt: string;
  readonly series: string;
  /** Absent in the first ones. */
  readonly reason?: SnapshotReason;
  readonly bytes: number;
  readonly storedBytes: number;
  readonly encrypted: boolean;
  readonly modules: number;
  readonly files: number;
  readonly rows: number;
}
