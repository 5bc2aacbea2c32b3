import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

export interface FoundModule {
  /** Relative to the repository root, with `/`. */
  readonly path: string;
  /** Text of its __manifest__.py. */
  readonly manifest: string;
}

const SKIPPED = new Set(['node_modules', '__pycache__', 'venv', 'setup']);
const MOST_DEPTH = 6;

/** Every module folder of a repository; what is inside a module is its own. Links are not followed: they may lead out, or in circles. */
export const findModules = async (root: string, folder = root, depth = 0): Promise<readonly FoundModule[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.isFile() && entry.name === '__manifest__.py')) {
    const manifest = await readFile(join(folder, '__manifest__.py'), 'utf8');
    return [{ path: relative(root, folder).split(sep).join('/') || '.', manifest }];
  }
  if (depth === MOST_DEPTH) return [];
  const below = entries.filter(
    (entry) => entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name),
  );
  const found = await Promise.all(below.map((entry) => findModules(root, join(folder, entry.name), depth + 1)));
  return found.flat();
};
