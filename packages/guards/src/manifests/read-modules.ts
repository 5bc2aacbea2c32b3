import type { Finding } from '../guard.ts';
import { MANIFEST, moduleFolders, nameOf } from '../odoo/module-folders.ts';
import {
  type LiteralPath,
  type Place,
  type PythonDict,
  type PythonValue,
  parsePythonLiteral,
} from '../odoo/python-literal.ts';
import type { Tree } from '../tree.ts';
import { find } from './rules.ts';

/** One module, as its manifest says. */
export interface SourceModule {
  readonly name: string;
  readonly path: string;
  /** Its manifest, relative to the root of the tree. */
  readonly file: string;
  readonly dict: PythonDict;
  readonly installable: boolean;
  readonly depends: readonly string[];
  place(path: LiteralPath): Place & { readonly file: string };
}

/** The files of each module, by its name, in the order of the tree. */
export type FilesOf = ReadonlyMap<string, readonly string[]>;

export interface ReadModules {
  readonly modules: readonly SourceModule[];
  /** Names of modules that are here, but whose manifests cannot be read: that is said once, and nothing follows from it. */
  readonly broken: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/** Reads all manifests. Of two modules with one name the nearer to the root counts, as in Odoo's addons path. */
export const readModules = async (tree: Tree): Promise<ReadModules> => {
  const modules = new Map<string, SourceModule>();
  const broken = new Set<string>();
  const findings: Finding[] = [];
  for (const path of moduleFolders(tree.files.map((file) => file.path))) {
    const read = await readModule(tree, path);
    if (!('dict' in read)) {
      findings.push(read);
      broken.add(nameOf(path));
    } else if (!modules.has(read.name)) modules.set(read.name, read);
  }
  return { modules: [...modules.values()], broken, findings };
};

const readModule = async (tree: Tree, path: string): Promise<SourceModule | Finding> => {
  const file = `${path}/${MANIFEST}`;
  const text = await tree.text(file);
  if (text === null)
    return find(
      'manifests/unreadable',
      { file },
      'is larger than 5 MB, binary, or not UTF-8',
      'Save it as UTF-8 text.',
    );
  const parsed = parsePythonLiteral(text);
  const fix = 'Write plain values: texts, numbers, True, False, None, lists, tuples and dictionaries.';
  if (!parsed.ok)
    return find('manifests/not-literal', { file, line: parsed.line, column: parsed.column }, parsed.reason, fix);
  if (!(parsed.value instanceof Map))
    return find(
      'manifests/not-literal',
      { file, ...parsed.place([]) },
      'is not a dictionary',
      'Put one { … } into it.',
    );
  const dict = parsed.value as PythonDict;
  return {
    name: nameOf(path),
    path,
    file,
    dict,
    installable: dict.get('installable') !== false && dict.get('installable') !== 0,
    depends: texts(dict.get('depends')),
    place: (at) => ({ file, ...parsed.place(at) }),
  };
};

/** The texts of a list; whatever else is in it is value-type's to say. */
export const texts = (value: PythonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

export const filesOf = (tree: Tree, modules: readonly SourceModule[]): FilesOf => {
  const byPath = new Map(modules.map(({ path, name }) => [path, name]));
  const files = new Map<string, string[]>(modules.map(({ name }) => [name, []]));
  for (const { path } of tree.files) {
    let end = path.lastIndexOf('/');
    for (; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const name = byPath.get(path.slice(0, end));
      if (name !== undefined) files.get(name)?.push(path);
    }
  }
  return files;
};
