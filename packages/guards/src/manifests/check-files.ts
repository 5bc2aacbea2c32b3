/** Files that a manifest names: whether they are there. */
import { posix } from 'node:path';
import { globMatcher } from '../glob.ts';
import type { Finding } from '../guard.ts';
import type { LiteralPath, PythonValue } from '../odoo/python-literal.ts';
import type { Tree } from '../tree.ts';
import { type FilesOf, type SourceModule, texts } from './read-modules.ts';
import { find } from './rules.ts';

const LEADS_OUT = 'is a link that leads out of the repository';

/** `paths`: every file of the tree. */
export function* checkFiles(module: SourceModule, paths: ReadonlySet<string>, links: Tree['links']): Iterable<Finding> {
  for (const key of ['data', 'demo'])
    for (const [i, name] of texts(module.dict.get(key)).entries()) {
      const path = posix.join(module.path, name);
      if (paths.has(path)) continue;
      const what = links?.has(path) ? LEADS_OUT : `is not in ${module.path}`;
      const fix = `Add the file, or take it out of ${key}. Git keeps the case of names.`;
      yield find('manifests/file-missing', module.place([key, i]), `${key} names ${name}, which ${what}`, fix);
    }
}

/** The path in an entry of a bundle, and where it is in the entry; null when the entry names another bundle. */
const assetPath = (entry: PythonValue): readonly [path: string, index: number | null] | null => {
  if (typeof entry === 'string') return [entry, null];
  if (!Array.isArray(entry)) return null;
  const [action] = entry;
  const index = action === 'after' || action === 'before' || action === 'replace' ? 2 : 1;
  const path: PythonValue | undefined = action === 'include' ? undefined : entry[index];
  return typeof path === 'string' ? [path, index] : null;
};

interface Asset {
  readonly bundle: string;
  readonly path: string;
  /** Where it stands in the manifest. */
  readonly at: LiteralPath;
}

function* assetsOf(module: SourceModule): Iterable<Asset> {
  const assets = module.dict.get('assets');
  if (!(assets instanceof Map)) return;
  for (const [bundle, entries] of assets) {
    if (typeof bundle !== 'string' || !Array.isArray(entries)) continue;
    for (const [i, entry] of entries.entries()) {
      const asset = assetPath(entry);
      if (asset === null) continue;
      const [path, index] = asset;
      yield { bundle, path, at: ['assets', bundle, i, ...(index === null ? [] : [index])] };
    }
  }
}

type Modules = ReadonlyMap<string, SourceModule>;

export async function* checkAssets(
  module: SourceModule,
  modules: Modules,
  files: FilesOf,
  tree: Tree,
): AsyncIterable<Finding> {
  for (const { bundle, path, at } of assetsOf(module)) {
    const found = matches(path, modules, files);
    if (found === null || found.length > 0 || (await isAttachment(path, files, tree))) continue;
    const what = leadsOut(path, modules, tree) ? LEADS_OUT : PATTERN.test(path) ? 'matches no file' : 'is not there';
    const fix = 'Correct the path, add the file, or take the entry out.';
    yield find('manifests/asset-missing', module.place(at), `${bundle} names ${path}, which ${what}`, fix);
  }
}

const PATTERN = /[*?[]/;
const bare = (path: string): string => path.replace(/^\/+/, '');

/** The files that an entry means. Paths start with the name of a module; null when that is not here, so that nothing is known of it. */
const matches = (asset: string, modules: Modules, files: FilesOf): readonly string[] | null => {
  const [owner = '', ...rest] = bare(asset).split('/');
  const module = modules.get(owner);
  if (module === undefined || rest.length === 0 || /^[a-z]+:\/\//i.test(asset)) return null;
  const wanted = posix.join(module.path, ...rest);
  const own = files.get(owner) ?? [];
  if (own.includes(wanted)) return [wanted];
  return PATTERN.test(asset) ? own.filter(globMatcher(wanted)) : [];
};

const leadsOut = (asset: string, modules: Modules, tree: Tree): boolean => {
  const [owner = '', ...rest] = bare(asset).split('/');
  return tree.links?.has(posix.join(modules.get(owner)?.path ?? '', ...rest)) ?? false;
};

/** A module's data may make an attachment at an address that is then served like a file. */
const isAttachment = async (asset: string, files: FilesOf, tree: Tree): Promise<boolean> => {
  const owner = bare(asset).split('/')[0] ?? '';
  for (const file of files.get(owner) ?? []) {
    if (!file.endsWith('.xml')) continue;
    const text = (await tree.text(file)) ?? '';
    if (text.includes(`>${bare(asset)}<`) || text.includes(`>/${bare(asset)}<`)) return true;
  }
  return false;
};

/** Every file that Odoo is told to load. */
export function* namedFiles(module: SourceModule, modules: Modules, files: FilesOf): Iterable<string> {
  const own = new Set(files.get(module.name));
  for (const key of ['data', 'demo'])
    for (const name of texts(module.dict.get(key))) {
      const path = posix.join(module.path, name);
      if (own.has(path)) yield path;
    }
  for (const { path } of assetsOf(module)) yield* matches(path, modules, files) ?? [];
}
