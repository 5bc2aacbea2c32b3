/**
 * A database and its filestore at one moment, into a store. Read this first: everything else in this folder is a part of it,
 * or of its other end, restore-snapshot.ts. However it ends before `publish`, no snapshot exists; a second run finds the objects.
 */
import { Failure } from '@slipway/contracts/failure';
import type { MaskingPlan, ReviewedColumn } from '../domain/masking.ts';
import type {
  SnapshotKind,
  SnapshotManifest,
  SnapshotReason,
  SnapshotSummary,
  StoredObject,
} from '../domain/snapshot.ts';
import type { DatabaseAddress, DatabaseCopier, ExportSession } from '../ports/database-copy.ts';
import type { Dictionary } from './dictionary.ts';
import {
  exportFiles,
  exportPlaceholders,
  type FileExport,
  holdFiles,
  namedFiles,
  releaseFiles,
  requireFolder,
} from './export-files.ts';
import { exportTables } from './export-tables.ts';
import { unmarkWriting, whileWriting } from './marks.ts';
import { ObjectWriter } from './objects.ts';
import { Meter, type OnProgress } from './progress.ts';
import { objectsOf } from './prune.ts';
import { FORMAT, listSnapshots, presentObjects, publish, type Repository, readManifest } from './repository.ts';
import { type LeakScanner, noScanner, openScanner } from './scanner.ts';
import { outgoing } from './select.ts';
import { type DatabaseFacts, readFacts, readSequences, readTables } from './tables.ts';

export interface Masking {
  readonly plan: MaskingPlan;
  /** What must not be in it. */
  readonly dictionary: Dictionary;
  /** How people saw that the columns are masked: kept with the snapshot, so that it is known of each one that exists. */
  readonly reviewed?: readonly ReviewedColumn[];
}

export interface WriteSnapshot {
  readonly project: string;
  readonly environment: string;
  /** Kept in the store, too, for a Slipway that only has that. */
  readonly reason?: SnapshotReason;
  readonly copier: DatabaseCopier;
  readonly from: DatabaseAddress;
  /** Folder with this database's attachments (`…/filestore/<database>`); null: it has none. */
  readonly filestore: string | null;
  /** Null: a raw snapshot, which is only stored encrypted. Else asked once, in the moment that is exported. */
  readonly masking: ((session: ExportSession) => Promise<Masking>) | null;
  /** Another one is refused before anything is stored; left out: any. */
  readonly series?: string;
  readonly to: Repository;
  /** Whose files are taken where the folder does not have them any more; the first that has one. */
  readonly filesOf?: readonly SnapshotManifest[];
  /** Connections that export at the same time. */
  readonly workers?: number;
  readonly onProgress?: OnProgress;
  readonly signal: AbortSignal;
}

export interface Written {
  readonly summary: SnapshotSummary;
  /** Bytes that went to the store; the rest was there already. */
  readonly sentBytes: number;
}

export const DEFAULT_WORKERS = 2;
const ATTACHMENTS = 'SELECT DISTINCT store_fname FROM public.ir_attachment WHERE store_fname IS NOT NULL';

/**
 * Failures: snapshot-key-missing, snapshot-store-busy, snapshot-series, masking-plan-stale, leak-found (nothing is published), source-not-odoo,
 * and those of the store and of the copier.
 */
export const writeSnapshot = async (wanted: WriteSnapshot): Promise<Written> => {
  const { to, filestore, masking, signal } = wanted;
  if (masking === null && to.sealedWith === null) throw new Failure('snapshot-key-missing');
  if (filestore !== null) await requireFolder(filestore);
  const id = to.newId('snap');
  return whileWriting(to, id, async () => {
    try {
      const hold = masking === null && filestore !== null ? await holdFiles(filestore, id) : null;
      const folders = [hold, filestore].filter((folder) => folder !== null);
      const session = await wanted.copier.open(wanted.from, { workers: workersOf(wanted), session: [], signal });
      try {
        return await writeFrom(session, { ...wanted, id, folders });
      } finally {
        await session.close();
      }
    } finally {
      if (filestore !== null) await releaseFiles(filestore, id, to.clock.now());
    }
  });
};

/** What a process left that was killed after its snapshot was published: nobody writes it a second time, so nobody else would tidy up. */
export const tidyPublished = async (
  to: Repository,
  { id, filestore }: { readonly id: string; readonly filestore: string | null },
): Promise<void> => {
  if (filestore !== null) await releaseFiles(filestore, id, to.clock.now());
  await unmarkWriting(to, id);
};

const workersOf = ({ workers }: WriteSnapshot): number => workers ?? DEFAULT_WORKERS;

interface Writing extends WriteSnapshot {
  readonly id: string;
  /** Where files are looked for, in order. */
  readonly folders: readonly string[];
}

const writeFrom = async (session: ExportSession, writing: Writing): Promise<Written> => {
  // pg_dump works on its own connection, beside the plan and the rows.
  const schema = session.schema();
  schema.catch(() => undefined);
  const masking = writing.masking === null ? null : await writing.masking(session);
  if (masking !== null) session.prepare(masking.plan.session);
  const scanner = masking === null ? noScanner : openScanner(masking.dictionary);
  try {
    return await writeParts(session, writing, { masking, scanner, schema });
  } finally {
    await scanner.close();
  }
};

interface Through {
  readonly masking: Masking | null;
  readonly scanner: LeakScanner;
  readonly schema: Promise<Buffer>;
}

const writeParts = async (
  session: ExportSession,
  writing: Writing,
  { masking, scanner, schema }: Through,
): Promise<Written> => {
  const { to, signal } = writing;
  const plan = masking?.plan ?? null;
  const meter = new Meter(to.clock, writing.onProgress ?? (() => undefined));
  meter.begin('prepare', 0);
  const facts = await readFacts(session);
  refuseSeries(facts, writing.series);
  const tables = outgoing(await readTables(session), plan);
  const objects = new ObjectWriter(to.store, to.sealedWith, await presentObjects(to.store));
  const at = { session, objects, scanner, meter, workers: workersOf(writing), signal, elsewhere: elsewhereOf(writing) };
  const rows = await exportTables(tables, at);
  const stored = {
    schema: await storeSchema(await schema, objects, scanner),
    tables: rows,
    sequences: await readSequences(session),
  };
  const { files, missing } = await writeFiles(session, writing, { facts, plan, at });
  scanner.throwIfAny();
  meter.begin('publish', 0);
  const manifest = manifestOf(writing, {
    session,
    facts,
    masking,
    stored: { ...stored, files, missingFiles: missing },
  });
  signal.throwIfAborted();
  return { summary: await publish(to, manifest), sentBytes: objects.sent };
};

const storeSchema = async (schema: Buffer, objects: ObjectWriter, scanner: LeakScanner): Promise<StoredObject> => {
  await scanner.isClean(schema, { table: 'schema', columns: [{ name: 'text', holdsText: false }] });
  // Found there or elsewhere, it is told at the end; until then nothing more is stored.
  if (scanner.leaks.length > 0) return { id: '', bytes: 0, storedBytes: 0 };
  return objects.put(schema);
};

const writeFiles = async (
  session: ExportSession,
  writing: Writing,
  { facts, plan, at }: { readonly facts: DatabaseFacts; readonly plan: MaskingPlan | null; readonly at: FileExport },
): Promise<{ readonly files: SnapshotManifest['files']; readonly missing: readonly string[] }> => {
  const query = plan === null ? ATTACHMENTS : plan.keptFiles;
  const named = query === null || !facts.hasAttachments ? [] : await namedFiles(session, query);
  const { files, missing } = await exportFiles(named, writing.folders, await previousOf(writing), at);
  const placeholders = plan === null ? [] : await exportPlaceholders(plan.placeholders, at);
  // Two kinds of attachment may have one stand-in, and a kept file may look like it: each path once.
  const byPath = new Map([...placeholders, ...files].map((file) => [file.path, file]));
  return { files: [...byPath.values()].sort((a, b) => a.path.localeCompare(b.path)), missing };
};

/** The newest of the same kind: its files need not be read again. One that cannot be read is no reason to have no new one. */
const previousOf = async ({ to, project, environment, masking }: Writing): Promise<SnapshotManifest | null> => {
  const kind = kindOf(masking === null);
  const candidates = (await listSnapshots(to)).filter(
    (one) => one.project === project && one.environment === environment && one.kind === kind,
  );
  const newest = candidates[0];
  return newest === undefined ? null : readManifest(to, newest.id).catch(() => null);
};

const elsewhereOf = ({ filesOf = [] }: Writing): Map<string, StoredObject> =>
  new Map(filesOf.toReversed().flatMap(({ files }) => files.map(({ path, object }) => [path, object] as const)));

const kindOf = (isRaw: boolean): SnapshotKind => (isRaw ? 'raw' : 'sanitised');

type Stored = Pick<SnapshotManifest, 'schema' | 'tables' | 'sequences' | 'files' | 'missingFiles'>;

interface Parts {
  readonly session: ExportSession;
  readonly facts: DatabaseFacts;
  readonly masking: Masking | null;
  readonly stored: Stored;
}

/** Failure: snapshot-series. What is no Odoo at all is told so later. */
const refuseSeries = ({ series }: DatabaseFacts, wanted: string | undefined): void => {
  if (wanted !== undefined && series !== null && series !== wanted)
    throw new Failure('snapshot-series', { found: series, wanted });
};

/** Failure: source-not-odoo. */
const manifestOf = (writing: Writing, { session, facts, masking, stored }: Parts): SnapshotManifest => {
  if (facts.series === null) throw new Failure('source-not-odoo', { reason: `${facts.database} has no module base` });
  const whole = {
    format: FORMAT,
    id: writing.id,
    kind: kindOf(masking === null),
    project: writing.project,
    environment: writing.environment,
    takenAt: session.takenAt,
    finishedAt: writing.to.clock.now().toISOString(),
    series: facts.series,
    server: facts.server,
    database: facts.database,
    modules: facts.modules,
    rules: masking?.plan.rules ?? null,
    ...(masking?.reviewed === undefined ? {} : { reviewed: masking.reviewed }),
    ...(writing.reason === undefined ? {} : { reason: writing.reason }),
    ...stored,
    bytes: 0,
    storedBytes: 0,
  } as const satisfies SnapshotManifest;
  return { ...whole, ...sizesOf(whole) };
};

/** Each object once: what two parts share is stored once. */
const sizesOf = (manifest: SnapshotManifest): Pick<SnapshotManifest, 'bytes' | 'storedBytes'> => {
  const distinct = new Map([...objectsOf(manifest)].map(({ object }) => [object.id, object]));
  const sum = (of: (object: StoredObject) => number): number =>
    [...distinct.values()].reduce((all, one) => all + of(one), 0);
  return { bytes: sum(({ bytes }) => bytes), storedBytes: sum(({ storedBytes }) => storedBytes) };
};
