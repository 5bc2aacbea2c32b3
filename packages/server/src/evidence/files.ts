import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Failure } from '@slipway/contracts/failure';

/** Marks a file that is being written; one that is left over is a crash's and worth nothing. */
const PARTIAL = '.partial-';

export const isPartial = (path: string): boolean => (path.split('/').at(-1) ?? '').startsWith(PARTIAL);

export const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Null when there is no such file; a link or a pipe is none. */
export const hashFile = async (path: string): Promise<{ readonly sha256: string; readonly bytes: number } | null> => {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    if (!(await lstat(path)).isFile()) return null;
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
  return { sha256: hash.digest('hex'), bytes };
};

/** Writes content under a passing name in a folder, safe on disk, and answers its path. Failure: disk-full. */
export const writePartial = async (folder: string, content: Uint8Array): Promise<string> => {
  const partial = join(folder, `${PARTIAL}${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o750 });
    const file = await open(partial, 'wx', 0o640);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    return partial;
  } catch (error) {
    await rm(partial, { force: true });
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new Failure('disk-full', { reason: `writing to ${folder}` }, error);
    throw error;
  }
};

/** Gives it its name: from now on the file is there, whole, also after a power cut. */
export const putInPlace = async (partial: string, path: string): Promise<void> => {
  await rename(partial, path);
  await syncFolder(dirname(path));
};

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** All files and links below a folder, relative to `root`, with `/`, in order. */
export const listFiles = async (root: string, folder = root): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
};
