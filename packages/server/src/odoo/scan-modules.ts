import { createHash } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import { parseManifest } from '@slipway/guards/odoo/manifest';
import { MANIFEST, moduleFolders, nameOf, parentOf } from '@slipway/guards/odoo/module-folders';
import type { OdooModule } from '../domain/modules.ts';
import type { FileTree, TreeFile } from './file-tree.ts';

export interface ScannedModules {
  /** By name; the first folder that has a name wins. */
  readonly modules: readonly OdooModule[];
  /** Folders for `addons_path`, in order: those of slipway.yaml that hold modules, and folders below them that do. */
  readonly roots: readonly string[];
  /** What makes the commit unusable: `manifest-invalid`, `config-invalid` (a folder that is not there). */
  readonly problems: readonly Failure[];
  /** What a person should know, and Slipway can live with. */
  readonly warnings: readonly string[];
}

/** A Python package name: anything else Odoo cannot import. */
const MODULE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Finds the modules of a commit in the addons folders of slipway.yaml (relative paths, in order). */
export const scanModules = async (tree: FileTree, addons: readonly string[]): Promise<ScannedModules> => {
  const found = findModules(tree.files, addons.map(cleanFolder));
  const modules: OdooModule[] = [];
  const problems: Failure[] = [...found.problems];
  for (const [path, files] of found.folders) {
    try {
      modules.push(await readModule(tree, path, files));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error);
    }
  }
  modules.sort((one, other) => (one.name < other.name ? -1 : 1));
  return { modules, roots: found.roots, problems, warnings: found.warnings };
};

const cleanFolder = (folder: string): string =>
  folder
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

const within = (path: string, folder: string): boolean => folder === '' || path.startsWith(`${folder}/`);

interface Found {
  readonly folders: ReadonlyMap<string, readonly TreeFile[]>;
  readonly roots: readonly string[];
  readonly problems: readonly Failure[];
  readonly warnings: readonly string[];
}

const findModules = (files: readonly TreeFile[], addons: readonly string[]): Found => {
  const candidates = moduleFolders(files.map(({ path }) => path));
  const perFolder = addons.map((folder) => ({ folder, paths: candidates.filter((path) => within(path, folder)) }));
  const byName = new Map<string, string>();
  const warnings: string[] = [];
  for (const path of new Set(perFolder.flatMap(({ paths }) => paths))) {
    const known = byName.get(nameOf(path));
    if (!MODULE_NAME.test(nameOf(path))) warnings.push(`${path} is no Python package name, so Odoo cannot load it.`);
    else if (known === undefined) byName.set(nameOf(path), path);
    else warnings.push(`${nameOf(path)} is in ${known} and in ${path}; ${known} is used.`);
  }
  const used = [...byName.values()];
  // The commit's own root is there, however empty.
  const missing = addons.filter((folder) => folder !== '' && !files.some(({ path }) => within(path, folder)));
  const empty = perFolder.filter(({ folder, paths }) => paths.length === 0 && !missing.includes(folder));
  return {
    folders: filesByFolder(files, used),
    roots: [...new Set(used.map(parentOf))],
    problems: missing.map(
      (folder) => new Failure('config-invalid', { problems: `odoo.addons: there is no folder ${folder}` }),
    ),
    warnings: [...warnings, ...empty.map(({ folder }) => `The addons folder ${folder || '.'} holds no module.`)],
  };
};

const filesByFolder = (files: readonly TreeFile[], folders: readonly string[]): Map<string, readonly TreeFile[]> => {
  const byFolder = new Map<string, TreeFile[]>(folders.map((folder) => [folder, []]));
  for (const file of files)
    for (let above = parentOf(file.path); above !== ''; above = parentOf(above)) byFolder.get(above)?.push(file);
  return byFolder;
};

const readModule = async (tree: FileTree, path: string, files: readonly TreeFile[]): Promise<OdooModule> => {
  const file = `${path}/${MANIFEST}`;
  const manifest = parseManifest(await tree.readText(file), file);
  const inside = files
    .map((each) => [each.path.slice(path.length + 1), each.sha256] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    name: nameOf(path),
    path,
    version: manifest.version,
    depends: manifest.depends,
    installable: manifest.installable,
    autoInstall: manifest.autoInstall,
    hash: hashOf(inside),
    files: Object.fromEntries(inside),
  };
};

const hashOf = (files: readonly (readonly [path: string, sha256: string])[]): string => {
  const hash = createHash('sha256');
  for (const [path, sha256] of files) hash.update(`${path}\0${sha256}\n`);
  return hash.digest('hex');
};
