import { chown, lstat, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type { SnapshotFile, SnapshotManifest } from '../domain/snapshot.ts';
import { inParallel } from './in-parallel.ts';
import type { Meter } from './progress.ts';
import type { Repository } from './repository.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface RestoreFiles {
  readonly manifest: SnapshotManifest;
  readonly from: Repository;
  readonly filestore: string;
  readonly owner: Owner | null;
  readonly meter: Meter;
  readonly signal: AbortSignal;
}

/** In the folder from its beginning; says which snapshot it is of. Odoo does not look at it. */
const MARK = '.slipway-snapshot';
const AT_ONCE = 8;

/** Under another name until every file is there; a second run goes on with what the first one left. */
export const restoreFiles = async (wanted: RestoreFiles): Promise<void> => {
  const { manifest, filestore, owner } = wanted;
  const mark = await markOf(filestore);
  if (mark === manifest.id) return;
  if (mark === null && (await isFilled(filestore)))
    throw new Failure('store-refused', {
      store: filestore,
      reason: 'the folder holds files that no restore put there',
    });
  const folder = `${filestore}.restoring`;
  await orDiskFull(filestore, async () => {
    if ((await markOf(folder)) !== manifest.id) await rm(folder, { recursive: true, force: true });
    await makeFolder(folder, owner);
    await writeFile(join(folder, MARK), manifest.id);
    await restoreInto(folder, wanted);
    await rm(filestore, { recursive: true, force: true });
    await rename(folder, filestore);
  });
};

/** Into a folder that an Odoo has: a file is named by its content, so what is there is the same, and nothing is written over. */
export const restoreMissingFiles = (wanted: RestoreFiles): Promise<void> =>
  orDiskFull(wanted.filestore, async () => {
    await makeFolder(wanted.filestore, wanted.owner);
    await restoreInto(wanted.filestore, wanted);
  });

const restoreInto = async (folder: string, wanted: RestoreFiles): Promise<void> => {
  const { manifest, owner, meter, signal } = wanted;
  meter.begin('files', manifest.files.length);
  const folders = new Set<string>();
  await inParallel(manifest.files, AT_ONCE, async (file) => {
    signal.throwIfAborted();
    const into = dirname(join(folder, file.path));
    if (!folders.has(into)) await makeFolder(into, owner);
    folders.add(into);
    await restoreFile(file, folder, wanted);
    meter.add(1);
  });
};

const restoreFile = async ({ path, object }: SnapshotFile, folder: string, wanted: RestoreFiles): Promise<void> => {
  const target = join(folder, path);
  const found = await lstat(target).catch(() => null);
  // Renamed only when it was whole.
  if (found?.size === object.bytes) return;
  const temporary = `${target}.part`;
  const file = await open(temporary, 'w', 0o644);
  try {
    const part = { snapshot: wanted.manifest.id, part: `file ${path}` };
    for await (const chunk of wanted.from.objects.stream(object, part)) await file.writeFile(chunk);
    if (wanted.owner !== null) await file.chown(wanted.owner.uid, wanted.owner.gid);
  } finally {
    await file.close();
  }
  await rename(temporary, target);
};

const makeFolder = async (folder: string, owner: Owner | null): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  if (owner !== null) await chown(folder, owner.uid, owner.gid);
};

const markOf = (folder: string): Promise<string | null> => readFile(join(folder, MARK), 'utf8').catch(() => null);

const isFilled = async (folder: string): Promise<boolean> => (await readdir(folder).catch(() => [])).length > 0;

const orDiskFull = async (filestore: string, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === 'ENOSPC' || code === 'EDQUOT'
      ? new Failure('disk-full', { reason: `${filestore}: ${message}` }, error)
      : error;
  }
};
