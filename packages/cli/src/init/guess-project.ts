import { relativePath } from '@slipway/contracts/config-values';
import type { Settled } from './found.ts';
import { guessAddons } from './guess-addons.ts';
import { guessImage, type ImageGuess } from './guess-image.ts';
import { guessSeries, type Series } from './guess-series.ts';
import { type GuessedVariable, guessVariables } from './guess-variables.ts';
import type { Repository } from './read-repository.ts';

export interface GuessedStage {
  readonly branch?: string;
  readonly url?: string;
}

export interface Guess extends Omit<ImageGuess, 'unknown'> {
  readonly name: Settled<string>;
  readonly series: Settled<Series>;
  readonly addons: Settled<readonly string[]>;
  readonly production?: Settled<GuessedStage>;
  readonly staging?: Settled<GuessedStage>;
  readonly variables: readonly GuessedVariable[];
  readonly modules: readonly string[];
  /** What could not be found out, as sentences. */
  readonly unknown: readonly string[];
}

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

const guessName = (folder: string): { name: Settled<string>; unknown: string[] } => {
  const name = projectName(folder);
  return name === null
    ? {
        name: { value: 'project', from: 'nothing' },
        unknown: ['The name: none can be made of the name of this folder, so "project" was written.'],
      }
    : { name: { value: name, from: "this folder's name" }, unknown: [] };
};

const stageOf = ({ facts }: Repository, wanted: 'staging' | 'production'): Settled<GuessedStage> | undefined => {
  for (const { file, stages } of facts) {
    const found = stages.find(({ stage }) => stage === wanted);
    if (found === undefined) continue;
    const { branch, url } = found;
    return {
      value: { ...(branch === undefined ? {} : { branch }), ...(url === undefined ? {} : { url }) },
      from: file,
    };
  }
  return undefined;
};

/** What must be given before copies of production, and backups, can be made. */
const stagesOf = (repository: Repository): Pick<Guess, 'production' | 'staging' | 'unknown'> => {
  const production = stageOf(repository, 'production');
  const staging = stageOf(repository, 'staging');
  if (production === undefined)
    return {
      unknown:
        staging === undefined
          ? []
          : [
              `Where production is: ${staging.from} describes a staging, which needs one. Add stages.production and stages.staging.`,
            ],
    };
  return {
    production,
    ...(staging === undefined ? {} : { staging }),
    unknown: [
      "Production's database and files: set the first with `slipway secret set DATABASE_URL --stage production`, name the folder as stages.production.filestore. Backups fail until then.",
    ],
  };
};

/** Folders that slipway.yaml cannot name: line breaks and the like. */
const nameable = (folders: readonly string[]): { good: readonly string[]; unknown: readonly string[] } => {
  const good = folders.filter(
    (folder) => relativePath.safeParse(folder).success && !/[\p{Cc}\u2028\u2029,]/u.test(folder),
  );
  const bad = folders.filter((folder) => !good.includes(folder));
  return {
    good: good.length === 0 ? ['.'] : good,
    unknown: bad.map((folder) => `The folder ${JSON.stringify(folder)}: Odoo's addons path cannot hold its name.`),
  };
};

export const guessProject = (repository: Repository, series?: Series): Guess => {
  const { modules, facts, branch, paths, folder } = repository;
  const { name, unknown: ofName } = guessName(folder);
  const ofSeries =
    series === undefined
      ? guessSeries(modules, facts, branch)
      : { series: { value: series, from: '--series' }, unknown: [] };
  const { addons, unknown: ofAddons } = guessAddons(modules, facts);
  const { good, unknown: ofFolders } = nameable(addons.value);
  const { unknown: ofImage, ...image } = guessImage(paths, good, facts);
  const { unknown: ofStages, ...stages } = stagesOf(repository);
  const { variables, unknown: ofVariables } = guessVariables(facts);
  const doubts = facts.flatMap((one) => one.doubts);
  return {
    name,
    series: ofSeries.series,
    addons: { ...addons, value: good },
    ...image,
    ...stages,
    variables,
    modules: modules.map(({ path }) => path).sort(),
    unknown: [
      ...ofName,
      ...ofSeries.unknown,
      ...ofAddons,
      ...ofFolders,
      ...ofImage,
      ...ofStages,
      ...ofVariables,
      ...doubts,
    ],
  };
};
