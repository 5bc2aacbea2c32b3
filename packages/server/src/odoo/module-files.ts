import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const MANIFEST = '__manifest__.py';

/**
 * The modules of a checkout's addons folders, in order, and the text of one file of each; null: it has none. A checkout has no
 * link that leads out of it.
 */
export const readModuleFiles = async (
  checkout: string,
  roots: readonly string[],
  file: string,
): Promise<{ readonly name: string; readonly text: string | null }[]> => {
  const found: { name: string; text: string | null }[] = [];
  for (const root of roots) {
    const folder = join(checkout, root);
    for (const name of (await readdir(folder)).sort()) {
      if (await isThere(join(folder, name, MANIFEST)))
        found.push({ name, text: await textOf(join(folder, name, file)) });
    }
  }
  return found;
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const textOf = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
};
