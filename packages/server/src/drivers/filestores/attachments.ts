import { chown, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyOne, exists, TEMPORARY } from './copy-file.ts';

/** Odoo notes in it what it may collect; it names files, it is none. */
const CHECKLIST = 'checklist';

/** Every attachment of `from` that `to` does not have; one that is there has the same content, because its name is its hash. */
export const addAttachments = async (from: string, to: string, like: string): Promise<number> => {
  if (!(await exists(from))) return 0;
  let added = 0;
  const { uid, gid } = await lstat(like);
  const ensure = async (folder: string): Promise<void> => {
    await mkdir(folder, { recursive: true });
    await chown(folder, uid, gid);
  };
  await ensure(join(to, '..'));
  await ensure(to);
  for (const name of await folders(from)) {
    await ensure(join(to, name));
    for (const file of await readdir(join(from, name))) {
      const target = join(to, name, file);
      if (file.endsWith(TEMPORARY) || (await exists(target))) continue;
      await rm(target + TEMPORARY, { force: true });
      await copyOne(join(from, name, file), target + TEMPORARY);
      await rename(target + TEMPORARY, target);
      added++;
    }
  }
  return added;
};

/** Removes what `keep` does not name (`ab/abcdef…`); where it names nothing, the folder as well. */
export const retainAttachments = async (folder: string, keep: ReadonlySet<string>): Promise<number> => {
  if (!(await exists(folder))) return 0;
  let removed = 0;
  for (const name of await folders(folder))
    for (const file of await readdir(join(folder, name))) {
      if (keep.has(`${name}/${file}`)) continue;
      await rm(join(folder, name, file), { force: true });
      removed++;
    }
  if (keep.size === 0) await rm(folder, { recursive: true, force: true });
  return removed;
};

const folders = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && entry.name !== CHECKLIST)
    .map((entry) => entry.name);
