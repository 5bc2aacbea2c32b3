/**
 * Which snapshots a store holds. `snapshots/<id>.json` makes one exist and is written last; `manifests/<id>` names its
 * objects. Objects that no manifest names are nobody's.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { Failure } from '@slipway/contracts/failure';
import type { Clock, NewId } from '../domain/clock.ts';
import type { Secret } from '../domain/secret.ts';
import type { SnapshotManifest, SnapshotSummary } from '../domain/snapshot.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import { type StoreKey, storeKeyOf } from './keys.ts';
import { OBJECTS, ObjectReader } from './objects.ts';
import { SealError, sealed, unsealed } from './seal.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

export const FORMAT = 1;
const SUMMARIES = 'snapshots/';
const MANIFESTS = 'manifests/';
const summaryName = (id: string): string => `${SUMMARIES}${id}.json`;
export const manifestName = (id: string): string => `${MANIFESTS}${id}`;

export interface RepositorySettings {
  readonly store: BlobStore;
  /** Null: nothing is encrypted. One store may hold snapshots of both kinds. */
  readonly key: Secret | null;
  readonly clock: Clock;
  readonly newId: NewId;
}

export interface Repository extends RepositorySettings {
  readonly sealedWith: StoreKey | null;
  readonly objects: ObjectReader;
}

/** Failure: internal when the key is too short to be one. */
export const openRepository = (settings: RepositorySettings): Repository => {
  const sealedWith = settings.key === null ? null : storeKeyOf(settings.key);
  return { ...settings, sealedWith, objects: new ObjectReader(settings.store, sealedWith) };
};

interface SummaryDocument {
  readonly format: number;
  readonly summary: SnapshotSummary;
  /** Of the manifest as it is stored. */
  readonly manifest: { readonly sha256: string; readonly bytes: number };
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

async function* one(content: Buffer): AsyncIterable<Buffer> {
  yield content;
}
const joined = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => {
  const list: Buffer[] = [];
  for await (const piece of pieces) list.push(piece);
  return Buffer.concat(list);
};

/** Makes the snapshot exist. Before the last line it does not. */
export const publish = async (to: Repository, manifest: SnapshotManifest): Promise<SnapshotSummary> => {
  const packed = await compress(Buffer.from(JSON.stringify(manifest)));
  const stored = await joined(sealed(to.sealedWith, manifestName(manifest.id), one(packed)));
  await to.store.put(manifestName(manifest.id), stored);
  const summary = summaryOf(manifest, to.sealedWith !== null);
  const document: SummaryDocument = {
    format: FORMAT,
    summary,
    manifest: { sha256: sha256(stored), bytes: stored.length },
  };
  await to.store.put(summaryName(manifest.id), Buffer.from(`${JSON.stringify(document, null, 2)}\n`));
  return summary;
};

const summaryOf = (manifest: SnapshotManifest, encrypted: boolean): SnapshotSummary => ({
  id: manifest.id,
  kind: manifest.kind,
  project: manifest.project,
  environment: manifest.environment,
  takenAt: manifest.takenAt,
  finishedAt: manifest.finishedAt,
  series: manifest.series,
  ...(manifest.reason === undefined ? {} : { reason: manifest.reason }),
  bytes: manifest.bytes,
  storedBytes: manifest.storedBytes,
  encrypted,
  modules: manifest.modules.length,
  files: manifest.files.length,
  rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0),
});

/** The newest first. Needs no key. */
export const listSnapshots = async (from: Repository): Promise<readonly SnapshotSummary[]> => {
  const found: SnapshotSummary[] = [];
  for (const id of await snapshotIds(from.store)) {
    const document = await summaryDocument(from, id).catch((error: unknown) => {
      // Removed since the list was made.
      if (error instanceof Failure && error.code === 'snapshot-unknown') return null;
      throw error;
    });
    if (document !== null) found.push(document.summary);
  }
  return found.sort((a, b) => b.takenAt.localeCompare(a.takenAt));
};

export const snapshotIds = async (store: BlobStore): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const { name } of store.list(SUMMARIES))
    if (name.endsWith('.json')) ids.push(name.slice(SUMMARIES.length, -5));
  return ids;
};

export const readSummary = async (from: Repository, id: string): Promise<SnapshotSummary> =>
  (await summaryDocument(from, id)).summary;

/** Failures: snapshot-unknown, snapshot-corrupt, snapshot-key-wrong, snapshot-too-new, and the store's. */
export const readManifest = async (from: Repository, id: string): Promise<SnapshotManifest> => {
  const document = await summaryDocument(from, id);
  if (document.format > FORMAT)
    throw new Failure('snapshot-too-new', {
      snapshot: id,
      reason: `its format ${document.format} is newer than ${FORMAT}`,
    });
  const stored = await from.store.get(manifestName(id)).catch((error: unknown) => {
    if (error instanceof Failure && error.code === 'blob-missing')
      throw corrupt(id, 'it is missing from the store', error);
    throw error;
  });
  if (sha256(stored) !== document.manifest.sha256) throw corrupt(id, 'its content is not what was written');
  try {
    const packed = await joined(unsealed(from.sealedWith, manifestName(id), one(stored)));
    return JSON.parse((await decompress(packed)).toString('utf8')) as SnapshotManifest;
  } catch (error) {
    if (error instanceof SealError && error.reason !== 'damaged')
      throw new Failure('snapshot-key-wrong', { snapshot: id, part: `Snapshot ${id}` }, error);
    throw corrupt(id, 'it cannot be read', error);
  }
};

/** Gone at once for everybody; its objects go when somebody prunes. Safe to repeat. */
export const removeSnapshot = async (from: Repository, id: string): Promise<void> => {
  await from.store.remove(summaryName(id));
  await from.store.remove(manifestName(id));
};

/** Every object in the store: id → bytes. */
export const presentObjects = async (store: BlobStore): Promise<Map<string, number>> => {
  const present = new Map<string, number>();
  for await (const { name, bytes } of store.list(OBJECTS)) present.set(name.slice(name.lastIndexOf('/') + 1), bytes);
  return present;
};

const corrupt = (id: string, reason: string, cause?: unknown): Failure =>
  new Failure('snapshot-corrupt', { snapshot: id, part: 'manifest', object: manifestName(id), reason }, cause);

const summaryDocument = async (from: Repository, id: string): Promise<SummaryDocument> => {
  if (!/^[a-z0-9_-]+$/.test(id)) throw new Failure('snapshot-unknown', { snapshot: id });
  try {
    const document = JSON.parse((await from.store.get(summaryName(id))).toString('utf8')) as SummaryDocument;
    if (document.summary.id !== id) throw corrupt(id, `it calls itself ${document.summary.id}`);
    return document;
  } catch (error) {
    if (error instanceof Failure && error.code === 'blob-missing')
      throw new Failure('snapshot-unknown', { snapshot: id }, error);
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw corrupt(id, 'its summary cannot be read', error);
    throw error;
  }
};
