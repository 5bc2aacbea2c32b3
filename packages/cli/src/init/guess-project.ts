import { SERIES } from '@slipway/contracts/project-config';
import type { FoundModule } from './find-modules.ts';

export interface Guess {
  readonly name: string;
  readonly series: (typeof SERIES)[number];
  readonly addons: readonly string[];
  readonly modules: readonly string[];
  /** What could not be found out, as sentences. */
  readonly unknown: readonly string[];
}

/** By how many modules they hold, the fullest first; folders of equal weight by name. */
const addonsFolders = (modules: readonly FoundModule[]): string[] => {
  const counts = new Map<string, number>();
  for (const { path } of modules) {
    const at = path.lastIndexOf('/');
    const folder = at < 0 ? '.' : path.slice(0, at);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([folder]) => folder);
};

/** `19.0` of `'version': '19.0.1.2.0'`; a short version (`1.0`) says nothing of the series. */
const seriesOf = (manifest: string): string | undefined =>
  /['"]version['"]\s*:\s*['"](\d{2}\.0)\.\d/.exec(manifest)?.[1];

const mostCommon = (values: readonly string[]): string | undefined => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || Number(b) - Number(a))[0]?.[0];
};

const isKnown = (series: string | undefined): series is Guess['series'] => SERIES.some((known) => known === series);

const guessSeries = (
  modules: readonly FoundModule[],
  branch: string | null,
): { series: Guess['series']; unknown: string[] } => {
  const newest = SERIES.at(-1) ?? '19.0';
  const found = mostCommon(modules.flatMap(({ manifest }) => seriesOf(manifest) ?? [])) ?? branch ?? undefined;
  if (isKnown(found)) return { series: found, unknown: [] };
  const why = found === undefined ? 'no manifest names one' : `the manifests say ${found}, which Slipway does not know`;
  return {
    series: newest,
    unknown: [`The Odoo series: ${why}, so ${newest} was written. Correct it, or run again with --series.`],
  };
};

/** A project name out of a folder name; null when nothing of it is left. */
const projectName = (folder: string): string | null => {
  const text = folder
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 32)
    .replace(/-+$/, '');
  return text.length >= 2 ? text : null;
};

export interface Repository {
  readonly folder: string;
  readonly modules: readonly FoundModule[];
  /** The branch that is checked out, which many name after the series. */
  readonly branch: string | null;
}

export const guessProject = ({ folder, modules, branch }: Repository, series?: Guess['series']): Guess => {
  const name = projectName(folder);
  const guessed = series === undefined ? guessSeries(modules, branch) : { series, unknown: [] };
  const addons = addonsFolders(modules.filter(({ path }) => path !== '.'));
  const unknown = [...guessed.unknown];
  if (name === null) unknown.push('The name: none can be made of the name of this folder, so "project" was written.');
  if (addons.length === 0)
    unknown.push('The addons folders: there is no __manifest__.py in a folder below this one, so "." was written.');
  return {
    name: name ?? 'project',
    series: guessed.series,
    addons: addons.length === 0 ? ['.'] : addons,
    modules: modules.map(({ path }) => path).sort(),
    unknown,
  };
};
