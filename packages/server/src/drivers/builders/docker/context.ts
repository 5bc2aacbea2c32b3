import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { type Pack, pack } from 'tar-stream';

export interface ContextPart {
  /** Absolute file or folder. */
  readonly from: string;
  /** Path inside the context. */
  readonly to: string;
}

/** Files as a tar, streamed. Modification times are kept: Odoo keys its asset bundles by them. `.git` stays out. */
export const packFiles = (parts: readonly ContextPart[], texts: Readonly<Record<string, string>> = {}): Pack => {
  const tar = pack();
  for (const [name, text] of Object.entries(texts)) tar.entry({ name }, text);
  const write = async (): Promise<void> => {
    for (const part of parts) await add(tar, part.from, part.to);
    tar.finalize();
  };
  write().catch((error: unknown) => tar.destroy(error as Error));
  return tar;
};

/**
 * Sends a tar while it is made. What cannot be read ends the request at once and is the repository's fault; without this
 * the Engine would wait for the rest of the archive for ever.
 */
export const sendFiles = async <T>(
  make: () => Pack,
  signal: AbortSignal,
  send: (files: NodeJS.ReadableStream, signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  signal.throwIfAborted();
  const broken = new AbortController();
  const tar = make();
  tar.on('error', (error) => broken.abort(error));
  try {
    return await send(tar as unknown as NodeJS.ReadableStream, AbortSignal.any([signal, broken.signal]));
  } catch (error) {
    signal.throwIfAborted();
    if (!broken.signal.aborted) throw error;
    throw new Failure('image-build-failed', { reason: String(broken.signal.reason) }, broken.signal.reason);
  } finally {
    tar.destroy();
  }
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
