import type { Finding, Guard, GuardContext } from '../guard.ts';
import { moduleFolders } from '../odoo/module-folders.ts';
import type { Mention } from './mention.ts';
import { configMention, readMentions } from './read-mentions.ts';
import { type Folders, foldersOf, type Resolved, resolveMention } from './resolve.ts';
import { find, RULES } from './rules.ts';

/** The path that the others are compared with. */
interface Reference {
  readonly file: string;
  /** Folders as they are written, in order. */
  readonly folders: readonly string[];
  /** For each of them, the folders at or below it that hold modules: Odoo looks one level deep, Slipway deeper. */
  readonly roots: readonly (readonly string[])[];
}

async function* check(context: GuardContext): AsyncIterable<Finding> {
  const paths = context.tree.files.map(({ path }) => path);
  const modules = moduleFolders(paths);
  if (modules.length === 0) return;
  const inside = new Set(modules);
  const isModuleFile = (path: string): boolean => {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1))
      if (inside.has(path.slice(0, end))) return true;
    return false;
  };
  const folders = foldersOf(paths, modules);
  const own = await configMention(context);
  const placed = (await readMentions(context.tree, isModuleFile)).flatMap((mention) => {
    const resolved = resolveMention(mention, folders);
    return resolved === null || resolved.length === 0 ? [] : [{ mention, resolved }];
  });
  for (const { mention, resolved } of placed) yield* withoutModules(mention, resolved, folders);
  const said = own === null ? placed[0] : { mention: own, resolved: resolveMention(own, folders) ?? [] };
  if (said === undefined) return;
  if (own !== null) yield* withoutModulesBelow(own, said.resolved, folders);
  const reference = referenceOf(said.mention, said.resolved, folders);
  for (const { mention, resolved } of placed)
    if (mention !== said.mention) yield* compare(mention, resolved, reference, folders);
}

const isAtOrBelow = (path: string, folder: string): boolean =>
  folder === '' || path === folder || path.startsWith(`${folder}/`);

const referenceOf = ({ file }: Mention, resolved: readonly Resolved[], { roots }: Folders): Reference => {
  const folders = resolved.map(({ folder }) => folder);
  return { file, folders, roots: folders.map((folder) => roots.filter((root) => isAtOrBelow(root, folder))) };
};

const shown = (folder: string): string => folder || '.';

function* withoutModules(mention: Mention, resolved: readonly Resolved[], folders: Folders): Iterable<Finding> {
  for (const { entry, folder } of resolved) {
    if (folders.roots.includes(folder)) continue;
    const what = folders.all.has(folder) ? 'holds no module' : 'is not in the repository';
    const fix = 'Name the folder that the modules are in, without the modules’ own names.';
    yield find(
      'addons-path/no-modules',
      { file: mention.file, ...placeOf(entry) },
      `${entry.text} (${shown(folder)}) ${what}`,
      fix,
    );
  }
}

/** Slipway looks below the folders of slipway.yaml; one without any module there is a mistake all the same. */
function* withoutModulesBelow(own: Mention, resolved: readonly Resolved[], folders: Folders): Iterable<Finding> {
  for (const { entry, folder } of resolved) {
    if (folders.roots.some((root) => isAtOrBelow(root, folder))) continue;
    const what = folders.all.has(folder) ? 'holds no module' : 'is not in the repository';
    yield find(
      'addons-path/no-modules',
      { file: own.file, ...placeOf(entry) },
      `${entry.text} ${what}`,
      'Correct the path, or take it out.',
    );
  }
}

const placeOf = ({ line, column }: Resolved['entry']): { line: number; column: number } => ({ line, column });

function* compare(
  mention: Mention,
  resolved: readonly Resolved[],
  reference: Reference,
  folders: Folders,
): Iterable<Finding> {
  yield* missing(mention, resolved, reference);
  const whole = `${reference.file} has ${reference.folders.map(shown).join(', ')}`;
  let last = -1;
  for (const { entry, folder } of resolved) {
    const at = { file: mention.file, ...placeOf(entry) };
    const index = reference.folders.findIndex((each, i) => each === folder || reference.roots[i]?.includes(folder));
    // A folder without modules is said to be one already.
    if (index < 0 && folders.roots.includes(folder)) {
      const fix = `Take it out, or add it to ${reference.file}.`;
      yield find('addons-path/extra', at, `the addons path has ${shown(folder)}: ${whole}`, fix);
    }
    if (index >= 0 && index < last)
      yield find(
        'addons-path/order',
        at,
        `${shown(folder)} comes too late: ${whole}`,
        'Bring the folders into the same order.',
      );
    last = Math.max(last, index);
  }
}

function* missing({ file }: Mention, resolved: readonly Resolved[], reference: Reference): Iterable<Finding> {
  const [first] = resolved;
  if (first === undefined) return;
  const named = new Set(resolved.map(({ folder }) => folder));
  const whole = `${reference.file} has ${reference.folders.map(shown).join(', ')}`;
  const roots = reference.folders.flatMap((folder, i) => (named.has(folder) ? [] : (reference.roots[i] ?? [])));
  for (const root of new Set(roots)) {
    if (named.has(root)) continue;
    const fix = `Add ${shown(root)}, or take it out of ${reference.file}.`;
    yield find(
      'addons-path/missing',
      { file, ...placeOf(first.entry) },
      `the addons path lacks ${shown(root)}: ${whole}`,
      fix,
    );
  }
}

export const addonsPath: Guard = {
  id: 'addons-path',
  title: 'The same addons path everywhere',
  rules: RULES,
  check,
};
