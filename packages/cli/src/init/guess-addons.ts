import type { FoundModule } from './find-modules.ts';
import type { Facts, Mount, Settled } from './found.ts';
import { folderIn, folderOf } from './values.ts';

export interface AddonsGuess {
  readonly addons: Settled<readonly string[]>;
  readonly unknown: readonly string[];
}

/** By how many modules they hold, the fullest first; folders of equal weight by name. */
const foldersOf = (modules: readonly FoundModule[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const { path } of modules.filter(({ path }) => path !== '.'))
    counts.set(folderOf(path), (counts.get(folderOf(path)) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([folder]) => folder);
};

/** The folder of the repository that an entry of an addons path means; null for one of the image. */
const folderBehind = (entry: string, file: string, mounts: readonly Mount[]): string | null => {
  if (!entry.startsWith('/')) return folderIn(folderOf(file), entry);
  const path = entry.replace(/(?<=.)\/$/, '');
  const mount = mounts
    .filter(({ inside }) => path === inside || path.startsWith(`${inside.replace(/\/$/, '')}/`))
    .sort((one, other) => other.inside.length - one.inside.length)[0];
  return mount === undefined ? null : folderIn(mount.folder, path.slice(mount.inside.length));
};

/** Odoo's own addons, which no repository holds. */
const OF_ODOO = /\/odoo\/addons$|\/odoo\/odoo\/addons$|\/odoo\/addons\/?$|^\/usr\/|\/site-packages\/|\/dist-packages\//;

const orderOf = (all: readonly Facts[], holding: ReadonlySet<string>) => {
  const mounts = all.flatMap((one) => one.mounts);
  const read = all
    .filter(({ addonsPath }) => addonsPath.length > 0)
    .map(({ file, addonsPath }) => ({
      file,
      entries: addonsPath.map((entry) => ({ entry, folder: folderBehind(entry, file, mounts) })),
    }));
  const first = read.find(({ entries }) => entries.some(({ folder }) => folder !== null && holding.has(folder)));
  const unexplained = read.flatMap(({ file, entries }) =>
    entries
      .filter(({ entry, folder }) => entry.startsWith('/') && folder === null && !OF_ODOO.test(entry))
      .map(
        ({ entry }) =>
          `Which folder is ${entry}, an entry of the addons path in ${file}: no mount or COPY explains it.`,
      ),
  );
  const order = first?.entries.flatMap(({ folder }) => (folder !== null && holding.has(folder) ? [folder] : [])) ?? [];
  return { file: first?.file, order: [...new Set(order)], unexplained: [...new Set(unexplained)] };
};

/** Every folder that holds modules: in the order of the addons path that a file names, then the others. */
export const guessAddons = (modules: readonly FoundModule[], all: readonly Facts[]): AddonsGuess => {
  const folders = foldersOf(modules);
  const { file, order, unexplained } = orderOf(all, new Set(folders));
  if (folders.length === 0)
    return {
      addons: { value: ['.'], from: 'nothing: there is no module' },
      unknown: [
        ...unexplained,
        'The addons folders: there is no __manifest__.py in a folder below this one, so "." was written.',
      ],
    };
  const others = folders.filter((folder) => !order.includes(folder));
  const from = file === undefined ? 'the folders that hold modules' : `order of ${file}`;
  const unnamed =
    file === undefined || others.length === 0
      ? []
      : [`Whether ${others.join(', ')} belongs to it: modules are there, but ${file} does not name it.`];
  return { addons: { value: [...order, ...others], from }, unknown: [...unexplained, ...unnamed] };
};
