/** Attachments' files. Odoo names a file by its content and never writes into one again, but it removes what no row names any more. */
import { createReadStream } from 'node:fs';
import { link, lstat, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type { Placeholder } from '../domain/masking.ts';
import type { SnapshotFile, SnapshotManifest } from '../domain/snapshot.ts';
import type { ExportSession } from '../ports/database-copy.ts';
import { inParallel } from './in-parallel.ts';
import type { ObjectWriter } from './objects.ts';
import type { Meter } from './progress.ts';
import type { LeakScanner } from './scanner.ts';

const STORED_NAME = /^[0-9a-f]{2}\/[0-9a-f]{8,128}$/;

const HOLD = '.slipway-hold-';
const LEFT_MILLISECONDS = 24 * 60 * 60 * 1000;
const LOOKED_THROUGH_AT_ONCE = 8 * 1024 * 1024;

export interface FileExport {
  readonly objects: ObjectWriter;
  readonly scanner: LeakScanner;
  readonly meter: Meter;
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Files of other snapshots, for those that are in none of the folders any more. */
  readonly elsewhere: ReadonlyMap<string, SnapshotFile['object']>;
}

export interface ExportedFiles {
  readonly files: readonly SnapshotFile[];
  readonly missing: readonly string[];
}

/**
 * A second name for each file, taken before the database's moment begins: what Odoo removes from then on is still there for us.
 * Made in the same folder, because such names do not cross filesystems; null when the filesystem has no second names.
 */
export const holdFiles = async (filestore: string, id: string): Promise<string | null> => {
  const hold = join(filestore, HOLD + id);
  // What a try left that was killed: it names files as they were then.
  await rm(hold, { recursive: true, force: true });
  await requireFolder(filestore);
  try {
    await mkdir(hold);
    for (const folder of await readdir(filestore)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      await mkdir(join(hold, folder));
      for (const name of await readdir(join(filestore, folder)))
        await link(join(filestore, folder, name), join(hold, folder, name)).catch(unlessGone);
    }
    return hold;
  } catch (error) {
    await rm(hold, { recursive: true, force: true });
    if (
      ['EPERM', 'EACCES', 'EROFS', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS'].includes(
        (error as NodeJS.ErrnoException).code ?? '',
      )
    )
      return null;
    throw error;
  }
};

/** A folder that is not there would make a snapshot without a single file, and nobody would know before the restore. Failure: filestore-missing. */
export const requireFolder = async (filestore: string): Promise<void> => {
  try {
    await readdir(filestore);
  } catch (error) {
    throw new Failure('filestore-missing', { path: filestore, reason: (error as Error).message }, error);
  }
};

/** Also what attempts left that a crash ended a day ago. */
export const releaseFiles = async (filestore: string, id: string, now: Date): Promise<void> => {
  for (const name of await readdir(filestore).catch(() => [])) {
    if (!name.startsWith(HOLD)) continue;
    const found = await lstat(join(filestore, name)).catch(() => null);
    const isLeft = found !== null && now.getTime() - found.mtimeMs > LEFT_MILLISECONDS;
    if (name === HOLD + id || isLeft) await rm(join(filestore, name), { recursive: true, force: true });
  }
};

const unlessGone = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error;
};

/** All files that the attachments of the moment name. */
export const namedFiles = async (session: ExportSession, query: string): Promise<readonly string[]> => {
  const rows = await session.query({ text: query, parameters: [] });
  const names = [...new Set(rows.map((row) => String(Object.values(row)[0])))].sort();
  const strange = names.find((name) => !STORED_NAME.test(name));
  if (strange !== undefined)
    throw new Failure('database-refused', {
      reason: `an attachment names a file outside the filestore: ${JSON.stringify(strange)}`,
    });
  return names;
};

/** `folders`: where a file is looked for, in order. One that is nowhere was lost in production before, which is no reason to have no backup. */
export const exportFiles = async (
  names: readonly string[],
  folders: readonly string[],
  previous: SnapshotManifest | null,
  at: FileExport,
): Promise<ExportedFiles> => {
  const before = new Map(previous?.files.map((file) => [file.path, file.object]));
  const files: SnapshotFile[] = [];
  const missing: string[] = [];
  at.meter.begin('files', names.length);
  await inParallel(names, at.workers * 2, async (path) => {
    at.signal.throwIfAborted();
    const elsewhere = at.elsewhere.get(path);
    const earlier = before.get(path) ?? elsewhere;
    const known = earlier === undefined ? null : at.objects.known(earlier);
    // Named by its content, so an earlier snapshot's is the same; its length is looked at all the same.
    const object =
      known !== null && (await sizeOf(path, folders)) === known.bytes ? known : await storeFile(path, folders, at);
    if (object === 'nowhere' && elsewhere !== undefined && known !== null) files.push({ path, object: known });
    else if (object === 'nowhere') missing.push(path);
    else if (object !== 'leak') files.push({ path, object });
    at.meter.add(1);
  });
  files.sort((a, b) => a.path.localeCompare(b.path));
  return { files, missing: missing.sort() };
};

const sizeOf = async (path: string, folders: readonly string[]): Promise<number | null> => {
  for (const folder of folders) {
    const found = await stat(join(folder, path)).catch(() => null);
    if (found !== null) return found.size;
  }
  return null;
};

const storeFile = async (
  path: string,
  folders: readonly string[],
  { objects, scanner }: FileExport,
): Promise<SnapshotFile['object'] | 'leak' | 'nowhere'> => {
  for (const folder of folders)
    try {
      await lookThrough(join(folder, path), path, scanner);
      return scanner.leaks.length > 0 ? 'leak' : await objects.putFile(join(folder, path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  return 'nowhere';
};

/** As text: what is inside a PDF or a ZIP is packed, and not seen. So files are taken along only where a rule says so. */
const lookThrough = async (file: string, path: string, scanner: LeakScanner): Promise<void> => {
  if (!scanner.looks) return;
  for await (const chunk of createReadStream(file, { highWaterMark: LOOKED_THROUGH_AT_ONCE }))
    await scanner.isClean(chunk as Buffer, { table: 'filestore', columns: [{ name: path, holdsText: true }] });
};

export const exportPlaceholders = async (
  placeholders: readonly Placeholder[],
  { objects }: FileExport,
): Promise<readonly SnapshotFile[]> => {
  const files: SnapshotFile[] = [];
  for (const { path, content } of placeholders) {
    if (!STORED_NAME.test(path)) throw new Error(`not a path inside a filestore: ${path}`);
    files.push({ path, object: await objects.put(content) });
  }
  return files;
};
