import type { Facts, Settled } from './found.ts';
import { folderOf } from './values.ts';

export interface ImageGuess {
  readonly image?: Settled<string>;
  readonly packages?: Settled<readonly string[]>;
  readonly requirements?: Settled<readonly string[]>;
  readonly unknown: readonly string[];
}

/** What Slipway takes by itself for a series. */
const isOfficial = (image: string): boolean => /^(docker\.io\/)?(library\/)?odoo:\d{2}(\.0)?$/.test(image);
const isVague = (image: string): boolean => !/[:@][^/]+$/.test(image) || image.endsWith(':latest');

const guessBase = (all: readonly Facts[]): Pick<ImageGuess, 'image' | 'unknown'> => {
  const named = all.flatMap(({ file, images }) => images.map((image) => ({ file, image })));
  const usable = named.filter(({ image }) => !/\$|\s/.test(image) && image !== '');
  const own = usable.filter(({ image }) => !isOfficial(image) && !isVague(image));
  const vague = usable.filter(({ image }) => isVague(image));
  const [first, ...more] = [...new Map(own.map((one) => [one.image, one])).values()];
  return {
    ...(first === undefined ? {} : { image: { value: first.image, from: first.file } }),
    unknown: [
      ...more.map(({ file, image }) => `Which image is meant: ${file} names ${image}.`),
      ...vague.map(({ file, image }) => `The version of ${image} in ${file}: its tag names none, so it was not taken.`),
    ],
  };
};

const isRequirements = (path: string): boolean =>
  /(^|\/)(requirements[\w.-]*\.txt|requirements\/[\w.-]+\.txt)$/.test(path);

/** requirements.txt at the root and in addons folders is taken by itself; another one when a Dockerfile copies it. */
const guessRequirements = (
  paths: readonly string[],
  addons: readonly string[],
  all: readonly Facts[],
): Pick<ImageGuess, 'requirements' | 'unknown'> => {
  const byDefault = new Set(
    ['.', ...addons].map((folder) => (folder === '.' ? 'requirements.txt' : `${folder}/requirements.txt`)),
  );
  const others = paths.filter((path) => isRequirements(path) && !byDefault.has(path));
  const copied = new Map(all.flatMap(({ file, mounts }) => mounts.map(({ folder }) => [folder, file] as const)));
  const used = others.filter((path) => copied.has(path) || (folderOf(path) !== '.' && copied.has(folderOf(path))));
  const unused = others.filter((path) => !used.includes(path) && !/dev|test|lint|doc/i.test(path));
  const there = paths.filter((path) => byDefault.has(path));
  const from = [...new Set(used.map((path) => copied.get(path) ?? copied.get(folderOf(path)) ?? ''))].join(', ');
  return {
    ...(used.length === 0 ? {} : { requirements: { value: [...there, ...used], from } }),
    unknown: unused.map(
      (path) => `Whether Odoo needs ${path}: no Dockerfile copies it. If so, name it in odoo.requirements.`,
    ),
  };
};

export const guessImage = (paths: readonly string[], addons: readonly string[], all: readonly Facts[]): ImageGuess => {
  const base = guessBase(all);
  const requirements = guessRequirements(paths, addons, all);
  const packages = [...new Set(all.flatMap((one) => one.packages))].sort();
  const from = all.filter((one) => one.packages.length > 0).map(({ file }) => file);
  return {
    ...base,
    ...requirements,
    ...(packages.length === 0 ? {} : { packages: { value: packages, from: from.join(', ') } }),
    unknown: [...base.unknown, ...requirements.unknown],
  };
};
