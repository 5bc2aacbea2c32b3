import { createReadStream } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type { NewId } from '../../../domain/clock.ts';
import type { BlobStore } from '../../../ports/blob-store.ts';
import { checkName } from '../../shared/blob-name.ts';

/** Beside the blobs, so that a rename stays inside one filesystem; never listed. */
const UNFINISHED = '.unfinished';
/** Longer than any upload takes: what is older was left by a crash. */
const ABANDONED_MILLISECONDS = 24 * 60 * 60 * 1000;

export interface FolderSettings {
  /** Absolute; made when it is missing. */
  readonly folder: string;
  readonly newId: NewId;
  readonly now: () => Date;
}

/** Blobs as files. Written beside, flushed to disk, renamed: a power cut leaves a whole blob or none. */
export const openFolderStore = ({ folder, newId, now }: FolderSettings): BlobStore => {
  const at = (name: string): string => join(folder, checkName(name));
  const guarded = <T>(blob: string, work: () => Promise<T>): Promise<T> => orFailure(folder, blob, work);
  return {
    kind: 'folder',
    put: (name, content) =>
      guarded(name, async () => {
        const target = at(name);
        const temporary = join(folder, UNFINISHED, newId('blob'));
        await mkdir(dirname(temporary), { recursive: true });
        await removeAbandoned(dirname(temporary), now());
        try {
          const bytes = await writeFlushed(temporary, content);
          await mkdir(dirname(target), { recursive: true });
          await rename(temporary, target);
          await flushFolder(dirname(target));
          return { bytes };
        } catch (error) {
          await rm(temporary, { force: true });
          throw error;
        }
      }),
    get: (name) => guarded(name, () => readFile(at(name))),
    stream: (name) => streamOf(folder, name, at(name)),
    size: (name) =>
      guarded(name, async () => {
        try {
          return (await stat(at(name))).size;
        } catch (error) {
          if (codeOf(error) === 'ENOENT') return null;
          throw error;
        }
      }),
    list: (prefix) => list(folder, prefix),
    remove: (name) => guarded(name, () => rm(at(name), { force: true })),
  };
};

const writeFlushed = async (path: string, content: Buffer | AsyncIterable<Buffer>): Promise<number> => {
  const file = await open(path, 'wx', 0o600);
  try {
    let bytes = 0;
    for await (const chunk of Buffer.isBuffer(content) ? [content] : content) {
      await file.writeFile(chunk);
      bytes += chunk.length;
    }
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
};

/** Some filesystems have no flush for folders; the file itself is on disk by then. */
const flushFolder = async (folder: string): Promise<void> => {
  const handle: FileHandle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (codeOf(error) !== 'EINVAL' && codeOf(error) !== 'ENOTSUP') throw error;
  } finally {
    await handle.close();
  }
};

const removeAbandoned = async (folder: string, now: Date): Promise<void> => {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await lstat(path).catch(() => null);
    if (found !== null && now.getTime() - found.mtimeMs > ABANDONED_MILLISECONDS) await rm(path, { force: true });
  }
};

async function* streamOf(folder: string, name: string, path: string): AsyncIterable<Buffer> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) yield chunk as Buffer;
  } catch (error) {
    throw asFolderFailure(folder, name, error);
  }
}

async function* list(folder: string, prefix: string): ReturnType<BlobStore['list']> {
  const start = join(folder, prefix.slice(0, prefix.lastIndexOf('/') + 1));
  let entries: import('node:fs').Dirent[];
  try {
    entries = await readdir(start, { withFileTypes: true, recursive: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && (await isThereOrNew(folder))) return;
    throw asFolderFailure(folder, prefix, error);
  }
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path
      .slice(folder.length + 1)
      .split(sep)
      .join('/');
    if (name.startsWith(`${UNFINISHED}/`) || !name.startsWith(prefix)) continue;
    const found = await lstat(path).catch(() => null);
    // Removed since the folder was read.
    if (found !== null) yield { name, bytes: found.size, modifiedAt: found.mtime.toISOString() };
  }
}

/** A store that was never written to is empty; one whose disk is not mounted must not look so. */
const isThereOrNew = async (folder: string): Promise<boolean> =>
  stat(dirname(folder)).then(
    () => true,
    () => false,
  );

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const asFolderFailure = (folder: string, blob: string, error: unknown): unknown => {
  if (error instanceof Failure) return error;
  const reason = (error as Error).message;
  switch (codeOf(error)) {
    case 'ENOENT':
      return new Failure('blob-missing', { store: folder, blob }, error);
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new Failure('disk-full', { reason: `${folder}: ${reason}` }, error);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
      return new Failure('store-refused', { store: folder, reason }, error);
    case 'EIO':
    case 'ESTALE':
    case 'ETIMEDOUT':
      return new Failure('store-unreachable', { store: folder, reason }, error);
    default:
      return error;
  }
};

const orFailure = async <T>(folder: string, blob: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw asFolderFailure(folder, blob, error);
  }
};
