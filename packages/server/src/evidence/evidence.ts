import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type { Pool } from 'pg';
import type { Clock } from '../domain/clock.ts';
import {
  type Artifact,
  appendArtifacts,
  artifactsByPath,
  listArtifacts,
  lockChain,
  requireHeld,
} from '../store/artifacts.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { hashFile, isPartial, listFiles, putInPlace, sha256Of, writePartial } from './files.ts';
import { type EvidenceSigning, isHeadFile, sealWithHead } from './heads.ts';
import type { Redactor } from './redactor.ts';

/**
 * The files of one run, under `<folder>/<time>-<run>/`, each with a link in the hash chain. A file is on disk before its row is written,
 * so a row without a file never comes from a crash. Everything may be done twice.
 */
export interface Evidence {
  /** Name of the run's folder below the evidence folder. */
  readonly folder: string;
  /** Keeps a file; `path` is relative to the run's folder, such as `build/image.log`. Masked first. Failure: disk-full. */
  add(path: string, content: string | Uint8Array): Promise<void>;
  /** Writes `manifest.json` and a signed head; from then on a file without a row is an intruder. */
  seal(): Promise<void>;
}

export interface EvidenceOptions {
  /** Absolute folder of all evidence. */
  readonly folder: string;
  readonly db: Pool;
  readonly run: string;
  /** Of the claim that holds the run; an older one may add nothing. */
  readonly fence: number;
  readonly signing: EvidenceSigning;
  /** Names the folder together with the run: the same after a crash. */
  readonly startedAt: Date;
  readonly redactor: Redactor;
  readonly clock: Clock;
}

const MANIFEST = 'manifest.json';

/** Opens the evidence of a run, for the first time or again after a crash, whose half-written files go. */
export const openEvidence = async (options: EvidenceOptions): Promise<Evidence> => {
  const folder = evidenceFolderName(options.startedAt, options.run);
  const root = join(options.folder, folder);
  await mkdir(root, { recursive: true, mode: 0o750 });
  for (const path of (await listFiles(options.folder, root)).filter(isPartial))
    await rm(join(options.folder, path), { force: true });
  // One file after the other: two of the same name at once must not take each other's place.
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    folder,
    add: (path, content) => inTurn(() => keep(options, folder, path, content)),
    seal: () => inTurn(() => seal(options, folder)),
  };
};

/** `2026-11-21T05-45-11Z-run_…`: sorts by time, and is fit for every file system. */
export const evidenceFolderName = (startedAt: Date, run: string): string =>
  `${startedAt.toISOString().slice(0, 19).replaceAll(':', '-')}Z-${run}`;

const keep = async (
  options: EvidenceOptions,
  folder: string,
  path: string,
  content: string | Uint8Array,
): Promise<void> => {
  const { redactor } = options;
  const bytes = typeof content === 'string' ? Buffer.from(redactor.text(content), 'utf8') : redactor.bytes(content);
  const sha256 = sha256Of(bytes);
  const wanted = `${folder}/${checkedPath(path)}`;
  const partial = await writePartial(join(options.folder, dirname(wanted)), bytes);
  try {
    // Name and row are given under the chain's lock: a process that lost its run cannot write over what another has recorded.
    await inTransaction(options.db, async (tx) => {
      await lockChain(tx);
      await requireHeld(tx, options.run, options.fence);
      const free = await freePath(tx, wanted, sha256);
      if (free === null) return;
      await putInPlace(partial, join(options.folder, free));
      await appendArtifacts(tx, options.run, [
        { path: free, sha256, bytes: bytes.length, createdAt: options.clock.now().toISOString() },
      ]);
    });
  } finally {
    await rm(partial, { force: true });
  }
};

/** What was recorded is never written over: a step that ran again with another result gets `update.2.log` beside `update.log`. */
const freePath = async (db: Queryable, path: string, sha256: string): Promise<string | null> => {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? path : numbered(path, count);
    const known = (await artifactsByPath(db, [candidate])).get(candidate);
    if (known === undefined) return candidate;
    if (known.sha256 === sha256) return null;
  }
};

const numbered = (path: string, count: number): string => {
  const slash = path.lastIndexOf('/');
  const dot = path.lastIndexOf('.');
  return dot > slash + 1 ? `${path.slice(0, dot)}.${count}${path.slice(dot)}` : `${path}.${count}`;
};

/** A path inside the run's folder, in its plain form; anything else is a mistake of ours or an attempt of somebody's. */
const checkedPath = (path: string): string => {
  const parts = path.split('/');
  const good = parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\0\\]/.test(part));
  if (!good || isPartial(path))
    throw new Failure('usage', { reason: `"${path}" is not a path inside the evidence of a run` });
  return path;
};

/** Files that a crash left without a row belong to the run's evidence, too: they are taken in before the list is made. */
const seal = async (options: EvidenceOptions, folder: string): Promise<void> => {
  await adoptLeftovers(options, folder);
  const rows = (await listArtifacts(options.db, options.run)).filter((row) => !isManifest(row));
  const artifacts = rows.map(({ sequence, path, sha256, bytes, chain }) => ({ sequence, path, sha256, bytes, chain }));
  await keep(options, folder, MANIFEST, `${JSON.stringify({ version: 1, run: options.run, artifacts }, null, 2)}\n`);
  await sealWithHead(options, folder);
};

const isManifest = (row: Artifact): boolean => /^[^/]+\/manifest(\.\d+)?\.json$/.test(row.path);

const adoptLeftovers = async (options: EvidenceOptions, folder: string): Promise<void> => {
  const rows = await listArtifacts(options.db, options.run);
  if (rows.some(isManifest)) return;
  const known = new Set(rows.map((row) => row.path));
  for (const path of await listFiles(options.folder, join(options.folder, folder))) {
    if (known.has(path) || isPartial(path) || isHeadFile(path) || path === `${folder}/${MANIFEST}`) continue;
    const found = await hashFile(join(options.folder, path));
    if (found === null) continue;
    const file = { path, ...found, createdAt: options.clock.now().toISOString() };
    await inTransaction(options.db, async (tx) => {
      await requireHeld(tx, options.run, options.fence);
      await appendArtifacts(tx, options.run, [file]);
    });
  }
};
