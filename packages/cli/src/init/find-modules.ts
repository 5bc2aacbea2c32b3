import type { Tree } from '@slipway/guards/tree';
import { folderOf } from './values.ts';

export interface FoundModule {
  /** Relative to the repository root, with `/`; `.` when the repository is one module. */
  readonly path: string;
  /** Text of its __manifest__.py; empty when it cannot be read. */
  readonly manifest: string;
}

const SKIPPED = new Set(['__pycache__', 'venv', 'site-packages', 'dist-packages']);

/** OCA's `setup/<module>/odoo/addons/<module>` links back to the module itself, for pip. */
const isSkipped = (folder: string): boolean => {
  const parts = folder.split('/');
  return parts.some(
    (part, i) => SKIPPED.has(part) || part.startsWith('.') || (part === 'setup' && i < parts.length - 1),
  );
};

/** Every module folder of a repository; what is inside a module is its own. */
export const findModules = async (tree: Tree): Promise<readonly FoundModule[]> => {
  const folders = tree.files
    .filter(({ path }) => /(^|\/)__manifest__\.py$/.test(path))
    .map(({ path }) => folderOf(path))
    .filter((folder) => folder === '.' || !isSkipped(folder));
  const known = new Set(folders);
  const isInside = (folder: string): boolean =>
    folder !== '.' &&
    (known.has('.') || folder.split('/').some((_, i, parts) => i > 0 && known.has(parts.slice(0, i).join('/'))));
  const found: FoundModule[] = [];
  for (const path of folders.filter((folder) => !isInside(folder)))
    found.push({
      path,
      manifest: (await tree.text(path === '.' ? '__manifest__.py' : `${path}/__manifest__.py`)) ?? '',
    });
  return found;
};
