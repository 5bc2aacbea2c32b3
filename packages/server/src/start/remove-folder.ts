import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder that something is mounted on, a volume of its own as it may be for data, is emptied and stays; whoever mounted it takes it away. */
export const removeFolder = async (folder: string): Promise<void> => {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    for (const name of await readdir(folder)) await removeFolder(join(folder, name));
  }
};
