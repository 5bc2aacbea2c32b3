import { constants } from 'node:fs';
import { chown, copyFile, link, lstat, rm } from 'node:fs/promises';

export const TEMPORARY = '.partial';

export const exists = async (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** A reflink where the filesystem has them, else a hard link: Odoo names a file by its content and never writes into one again. */
export const copyOne = async (from: string, to: string): Promise<void> => {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);
    const { uid, gid } = await lstat(from);
    await chown(to, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
    await rm(to, { force: true });
    await link(from, to);
  }
};
