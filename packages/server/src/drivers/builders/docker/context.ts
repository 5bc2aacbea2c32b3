import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { type Pack, pack } from 'tar-stream';

export interface ContextPart {
  /** Absolute file or folder. */
  readonly from: string;
  /** Path inside the context. */
  readonly to: string;
}

/** A build context as a tar, streamed. Modification times are kept: Odoo keys its asset bundles by them. `.git` stays out. */
export const buildContext = (dockerfile: string, parts: readonly ContextPart[]): Pack => {
  const tar = pack();
  tar.entry({ name: 'Dockerfile' }, dockerfile);
  const write = async (): Promise<void> => {
    for (const part of parts) await add(tar, part.from, part.to);
    tar.finalize();
  };
  write().catch((error: unknown) => tar.destroy(error as Error));
  return tar;
};

const add = async (tar: Pack, from: string, to: string): Promise<void> => {
  const stat = await lstat(from);
  const head = {
    name: to,
    mtime: stat.mtime,
    mode: stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
  };
  if (stat.isSymbolicLink()) {
    tar.entry({ ...head, type: 'symlink', linkname: await readlink(from) });
  } else if (stat.isDirectory()) {
    tar.entry({ ...head, type: 'directory' });
    for (const name of (await readdir(from)).sort())
      if (name !== '.git') await add(tar, join(from, name), posix.join(to, name));
  } else if (stat.isFile()) {
    await addFile(tar, from, { ...head, size: stat.size });
  }
};

const SMALL = 1024 * 1024;

const addFile = async (
  tar: Pack,
  from: string,
  head: { name: string; mtime: Date; mode: number; size: number },
): Promise<void> => {
  if (head.size <= SMALL) {
    tar.entry(head, await readFile(from));
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const entry = tar.entry(head, (error) => (error ? reject(error) : resolve()));
    createReadStream(from).on('error', reject).pipe(entry);
  });
};
