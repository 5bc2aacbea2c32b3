/**
 * A snapshot into an existing empty database and a folder. Safe to repeat after a crash: the schema is made anew, files that
 * are there are kept. Whoever called hands the database over only after this has ended well.
 */
import { Failure } from '@slipway/contracts/failure';
import type { SnapshotManifest, SnapshotTable } from '../domain/snapshot.ts';
import type { DatabaseAddress, DatabaseCopier } from '../ports/database-copy.ts';
import { Bundles } from './bundles.ts';
import { inParallel } from './in-parallel.ts';
import { Meter, type OnProgress } from './progress.ts';
import { FORMAT, type Repository } from './repository.ts';
import { type Owner, restoreFiles } from './restore-files.ts';

export interface RestoreSnapshot {
  readonly manifest: SnapshotManifest;
  readonly from: Repository;
  readonly copier: DatabaseCopier;
  /** Empty, or holding what an earlier try left. */
  readonly to: DatabaseAddress;
  /** Folder of the new database's attachments (`…/filestore/<database>`); null: files are left out. */
  readonly filestore: string | null;
  /** Whom the files shall belong to; null: whoever runs this. */
  readonly owner: Owner | null;
  readonly workers?: number;
  readonly onProgress?: OnProgress;
  readonly signal: AbortSignal;
}

export interface Restored {
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
}

const DEFAULT_WORKERS = 2;

/**
 * Failures: snapshot-too-new, snapshot-corrupt, snapshot-key-wrong, restore-incomplete, database-refused (not empty), disk-full,
 * and those of the store and of the copier.
 */
export const restoreSnapshot = async (wanted: RestoreSnapshot): Promise<Restored> => {
  const { manifest, from, copier, to, signal } = wanted;
  await refuseTooNew(wanted);
  const meter = new Meter(from.clock, wanted.onProgress ?? (() => undefined));
  meter.begin('schema', 0);
  const schema = await from.objects.read(manifest.schema, { snapshot: manifest.id, part: 'schema' });
  await copier.restoreSchema(to, schema, signal);
  const rows = await restoreRows(wanted, meter);
  meter.begin('indexes', 0);
  await copier.finish(to, schema, manifest.sequences, signal);
  if (wanted.filestore !== null) await restoreFiles({ ...wanted, filestore: wanted.filestore, meter });
  return { tables: manifest.tables.length, rows, files: manifest.files.length };
};

const refuseTooNew = async ({ manifest, copier, to }: RestoreSnapshot): Promise<void> => {
  const refuse = (reason: string): Failure => new Failure('snapshot-too-new', { snapshot: manifest.id, reason });
  if (manifest.format > FORMAT) throw refuse(`its format ${manifest.format} is newer than ${FORMAT}`);
  const major = (version: number): number => Math.floor(version / 10_000);
  const [taken, there] = [major(manifest.server), major(await copier.serverVersion(to))];
  if (taken > there) throw refuse(`it was taken from PostgreSQL ${taken}, and this is PostgreSQL ${there}`);
};

const restoreRows = async (wanted: RestoreSnapshot, meter: Meter): Promise<number> => {
  const { manifest, copier, to, signal } = wanted;
  const bytes = ({ parts }: SnapshotTable): number => parts.reduce((sum, part) => sum + (part.length ?? part.bytes), 0);
  const tables = manifest.tables.filter(({ parts }) => parts.length > 0).sort((a, b) => bytes(b) - bytes(a));
  const bundles = new Bundles(wanted.from, manifest.id);
  meter.begin(
    'rows',
    tables.reduce((sum, table) => sum + bytes(table), 0),
  );
  let rows = 0;
  await inParallel(tables, wanted.workers ?? DEFAULT_WORKERS, async (table) => {
    signal.throwIfAborted();
    const count = await copier.copyIn(
      to,
      { name: table.table, columns: table.columns },
      rowsOf(table, wanted, { bundles, meter }),
    );
    if (count !== table.rows)
      throw new Failure('restore-incomplete', {
        reason: `table ${table.table} has ${count} rows instead of ${table.rows}`,
      });
    rows += count;
  });
  return rows;
};

async function* rowsOf(
  table: SnapshotTable,
  { signal }: RestoreSnapshot,
  { bundles, meter }: { readonly bundles: Bundles; readonly meter: Meter },
): AsyncIterable<Buffer> {
  for (const part of table.parts) {
    signal.throwIfAborted();
    // Whole parts only: rows that were not proved never reach the database.
    const content = await bundles.read(part, `table ${table.table}`);
    meter.add(content.length);
    yield content;
  }
}
