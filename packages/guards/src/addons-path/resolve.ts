/** Which folder of the repository an entry of an addons path is. */
import { posix } from 'node:path';
import { parentOf } from '../odoo/module-folders.ts';
import { cleanPath, type Entry, type Mention } from './mention.ts';

/** Where Odoo keeps its own addons: in packages, in images, in a checkout of it. */
const ODOO_OWN =
  /(?:^|\/)odoo\/addons$|(?:^|\/)odoo\/odoo\/addons$|\/dist-packages\/|\/site-packages\/|(?:^|\/)odoo(?:-server|-\d+\.0)?\/(?:odoo\/)?addons$|(?:^|\/)enterprise$/;

export interface Resolved {
  readonly entry: Entry;
  readonly folder: string;
}

/** Folders of the repository, and those that hold modules one level below. */
export interface Folders {
  readonly all: ReadonlySet<string>;
  readonly roots: readonly string[];
}

export const foldersOf = (paths: readonly string[], modules: readonly string[]): Folders => {
  const all = new Set<string>(['']);
  for (const path of paths)
    for (let above = parentOf(path); above !== '' && !all.has(above); above = parentOf(above)) all.add(above);
  return { all, roots: [...new Set(modules.map(parentOf))] };
};

/** Null: nothing can be said, because one entry is neither Odoo's own nor to be placed in the repository. */
export const resolveMention = (mention: Mention, folders: Folders): readonly Resolved[] | null => {
  const resolved: Resolved[] = [];
  for (const entry of mention.entries) {
    const folder = resolveEntry(entry.text, mention, folders);
    if (folder === 'unknown') return null;
    if (folder !== 'odoo') resolved.push({ entry, folder: folder.in });
  }
  return resolved;
};

const resolveEntry = (text: string, mention: Mention, folders: Folders): { in: string } | 'odoo' | 'unknown' => {
  if (/[$`{}]/.test(text)) return 'unknown';
  const path = cleanPath(text);
  if (!path.startsWith('/')) return path.startsWith('..') ? 'unknown' : { in: path };
  const mount = mention.mounts.find(({ to }) => path === to || path.startsWith(`${to === '/' ? '' : to}/`));
  if (mount !== undefined) return { in: cleanPath(posix.join(mount.from || '.', `.${path.slice(mount.to.length)}`)) };
  if (ODOO_OWN.test(path) && !folders.all.has(path.slice(1))) return 'odoo';
  // A container's path ends as the repository's does, wherever that was put.
  const parts = path.split('/').slice(1);
  for (let from = 0; from < parts.length; from += 1) {
    const end = parts.slice(from).join('/');
    if (folders.roots.includes(end)) return { in: end };
  }
  return 'unknown';
};
