import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';

/** The repository that a folder is in: the nearest one upwards with a `.git` (a file, in a worktree). Failure: usage. */
export const repositoryRoot = async (folder: string, from = folder): Promise<string> => {
  if ((await lstat(join(folder, '.git')).catch(() => null)) !== null) return folder;
  if (dirname(folder) === folder) throw new Failure('usage', { reason: `${from} is in no git repository.` });
  return repositoryRoot(dirname(folder), from);
};
