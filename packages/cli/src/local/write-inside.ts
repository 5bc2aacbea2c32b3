import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Failure } from '@slipway/contracts/failure';

const ups = (path: string): boolean => path === '..' || path.startsWith(`..${sep}`);

/** The nearest folder that is there already. */
const nearestFolder = async (folder: string): Promise<string> => {
  try {
    return await realpath(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === folder) throw error;
    return nearestFolder(dirname(folder));
  }
};

/**
 * Writes a file of a repository, whole or not at all. A repository may be a stranger's: a link at the file's place is replaced
 * rather than followed, and a folder that leads out of the repository is refused. Failure: usage.
 */
export const writeInside = async (root: string, path: string, text: string): Promise<void> => {
  const file = join(root, path);
  const folder = await nearestFolder(dirname(file));
  if (ups(relative(await realpath(root), folder)))
    throw new Failure('usage', { reason: `${dirname(path)} is a link out of this folder: nothing was written there.` });
  await mkdir(dirname(file), { recursive: true });
  const draft = join(dirname(file), `.${randomUUID()}.tmp`);
  try {
    await writeFile(draft, text, { flag: 'wx' });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
};
