import { chown, lstat, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type { FilestoreName, Filestores } from '../../ports/filestores.ts';
import type { Inventory, OwnedThing } from '../../ports/inventory.ts';
import { addAttachments, retainAttachments } from './attachments.ts';
import { copyOne, exists, TEMPORARY } from './copy-file.ts';

/** Sessions belong to people who logged in somewhere else. */
const NOT_COPIED = new Set(['sessions']);

/** `shop/pr-12` is a folder of that name below the root. */
const folderOf = (root: string, owner: string): string => {
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(owner)) throw new Failure('internal', { id: `filestore of "${owner}"` });
  return join(root, owner);
};

const place = (root: string, { owner, database }: FilestoreName): string =>
  join(folderOf(root, owner), 'filestore', database);

/** Odoo's data folders on this host. */
export const openFilestores = (root: string): Filestores & Inventory => {
  const expected = new Map<string, Promise<void>>();
  const settled = async (owner: string): Promise<void> => expected.get(owner);
  return {
    ...openFolders(root),
    expect: (from, to) => {
      const work = settled(to.owner)
        .then(() => cloneFolder(root, from, to))
        // Whoever asks for the copy tries again, and says what is wrong.
        .catch(() => undefined)
        .finally(() => {
          if (expected.get(to.owner) === work) expected.delete(to.owner);
        });
      expected.set(to.owner, work);
    },
    clone: async (from, to) => {
      await settled(to.owner);
      await cloneFolder(root, from, to);
      return { asked: `copy filestore of ${from.owner} to ${to.owner}`, answered: {} };
    },
    remove: async (owner) => {
      // A copy that is on its way would be there again a moment later.
      await settled(owner);
      const folder = folderOf(root, owner);
      await rm(folder, { recursive: true, force: true });
      await rm(folder + TEMPORARY, { recursive: true, force: true });
      return { asked: `remove filestore of ${owner}`, answered: {} };
    },
  };
};

const cloneFolder = async (root: string, from: FilestoreName, to: FilestoreName): Promise<void> => {
  const source = folderOf(root, from.owner);
  const target = folderOf(root, to.owner);
  if (await exists(target)) return;
  await orDiskFull(async () => {
    await rm(target + TEMPORARY, { recursive: true, force: true });
    if (await exists(source)) await copyTree(source, target + TEMPORARY);
    else await mkdir(target + TEMPORARY, { recursive: true });
    await renameFilestore(target + TEMPORARY, from.database, to.database);
    await rename(target + TEMPORARY, target);
  });
};

const openFolders = (root: string): Omit<Filestores & Inventory, 'expect' | 'clone' | 'remove'> => ({
  ensure: async (owner) => {
    const folder = folderOf(root, owner);
    await orDiskFull(async () => {
      await mkdir(folder, { recursive: true, mode: 0o755 });
    });
    return folder;
  },
  alias: async (owner, database, also) => {
    const attachments = join(folderOf(root, owner), 'filestore');
    await orDiskFull(async () => {
      const { uid, gid } = await lstat(folderOf(root, owner));
      for (const folder of [attachments, join(attachments, database)]) {
        await mkdir(folder, { recursive: true });
        await chown(folder, uid, gid);
      }
      await symlink(database, join(attachments, also)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    });
    return { asked: `attachments of ${database} also as ${also}`, answered: {} };
  },
  add: async (from, to) => {
    const folder = folderOf(root, to.owner);
    let added = 0;
    await orDiskFull(async () => {
      await mkdir(folder, { recursive: true, mode: 0o755 });
      added = await addAttachments(place(root, from), place(root, to), folder);
    });
    return { asked: `attachments of ${from.owner} beside those of ${to.owner}`, answered: { added } };
  },
  retain: async (of, keep) => ({
    asked: `keep ${keep.size} attachments of ${of.owner}`,
    answered: { removed: await retainAttachments(place(root, of), keep) },
  }),
  owned: () => owned(root),
  discard: async (thing) => {
    await rm(join(root, thing.name), { recursive: true, force: true });
  },
});

/** Odoo keeps attachments of a database in `filestore/<database>`. */
const renameFilestore = async (folder: string, from: string, to: string): Promise<void> => {
  const source = join(folder, 'filestore', from);
  if (from !== to && (await exists(source))) await rename(source, join(folder, 'filestore', to));
};

const copyTree = async (from: string, to: string): Promise<void> => {
  const stat = await lstat(from);
  await mkdir(to, { recursive: true, mode: stat.mode });
  await chown(to, stat.uid, stat.gid);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (NOT_COPIED.has(entry.name)) continue;
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isFile()) await copyOne(source, target);
  }
};

const orDiskFull = async (work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === 'ENOSPC' ? new Failure('disk-full', { reason: message }, error) : error;
  }
};

const owned = async (root: string): Promise<OwnedThing[]> => {
  const things: OwnedThing[] = [];
  for (const project of await readdir(root).catch(() => []))
    for (const name of await readdir(join(root, project)).catch(() => [])) {
      const { ctime } = await lstat(join(root, project, name));
      const owner = `${project}/${name.replace(TEMPORARY, '')}`;
      things.push({ kind: 'folder', name: `${project}/${name}`, owner, createdAt: ctime.toISOString() });
    }
  return things;
};
