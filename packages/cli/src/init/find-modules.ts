import { MANIFEST, moduleFolders } from '@slipway/guards/odoo/module-folders';
import { parsePythonLiteral } from '@slipway/guards/odoo/python-literal';
import type { Tree } from '@slipway/guards/tree';

export interface FoundModule {
  /** Relative to the repository root, with `/`; `.` when the repository is one module. */
  readonly path: string;
  /** As its manifest says; null when it says none, or cannot be read. */
  readonly version: string | null;
}

const versionOf = (text: string | null): string | null => {
  const parsed = text === null ? null : parsePythonLiteral(text);
  if (!parsed?.ok || !(parsed.value instanceof Map)) return null;
  const version = parsed.value.get('version');
  return typeof version === 'string' ? version : null;
};

/** Every module folder of a repository; what is inside a module is its own. Manifests are read, never run. */
export const findModules = async (tree: Tree): Promise<readonly FoundModule[]> => {
  const paths = tree.files.map(({ path }) => path);
  if (paths.includes(MANIFEST)) return [{ path: '.', version: versionOf(await tree.text(MANIFEST)) }];
  const found: FoundModule[] = [];
  for (const path of moduleFolders(paths))
    found.push({ path, version: versionOf(await tree.text(`${path}/${MANIFEST}`)) });
  return found;
};
