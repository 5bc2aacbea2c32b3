import { isAppSpec, isCompose, isDockerfile } from '@slipway/guards/file-kinds';
import type { Tree } from '@slipway/guards/tree';
import { withoutRegions } from '../local/marked-region.ts';
import { type FoundModule, findModules } from './find-modules.ts';
import type { Facts } from './found.ts';
import { facts } from './found.ts';
import { readAppSpec } from './read-app-spec.ts';
import { readCompose } from './read-compose.ts';
import { isDevcontainer, readDevcontainer } from './read-devcontainer.ts';
import { readDockerfile } from './read-dockerfile.ts';
import { isEnvExample, readEnvExample } from './read-env-example.ts';
import { readGitmodules } from './read-gitmodules.ts';
import { isOdooConf, readOdooConf } from './read-odoo-conf.ts';

export interface Repository {
  /** The folder's name. */
  readonly folder: string;
  /** The branch that is checked out, which many name after the series. */
  readonly branch: string | null;
  readonly paths: readonly string[];
  readonly modules: readonly FoundModule[];
  readonly facts: readonly Facts[];
}

interface Reader {
  readonly reads: (path: string) => boolean;
  readonly read: (file: string, text: string, tree: Tree) => Facts;
}

const hasFilesBelow =
  (tree: Tree) =>
  (folder: string): boolean =>
    tree.files.some(({ path }) => path.startsWith(`${folder}/`));

/** In the order in which they are believed. */
const READERS: readonly Reader[] = [
  { reads: isOdooConf, read: readOdooConf },
  { reads: isCompose, read: readCompose },
  { reads: isDockerfile, read: readDockerfile },
  { reads: isAppSpec, read: readAppSpec },
  { reads: isDevcontainer, read: readDevcontainer },
  {
    reads: (path) => path === '.gitmodules',
    read: (file, text, tree) => readGitmodules(file, text, hasFilesBelow(tree)),
  },
  { reads: isEnvExample, read: (file, text) => readEnvExample(file, withoutRegions(text)) },
];

/** Enough for any honest repository; a hostile one has no more of our time. */
const MOST_FILES = 50;

/** `compose.yaml` before `compose.prod.yaml`: what is shorter is what others override. */
const plainFirst = (one: string, other: string): number =>
  one.split('/').length - other.split('/').length || one.length - other.length || (one < other ? -1 : 1);

const readAll = async (tree: Tree, { reads, read }: Reader): Promise<readonly Facts[]> => {
  const paths = tree.files
    .map(({ path }) => path)
    .filter((path) => reads(path) && !/(^|\/)(node_modules|venv|tests?\/fixtures)\//.test(path))
    .sort(plainFirst);
  const [next = ''] = paths.slice(MOST_FILES);
  const more = `${next} and ${paths.length - MOST_FILES - 1} more files of its kind were not read.`;
  const found: Facts[] = next === '' ? [] : [facts(next, { doubts: [more] })];
  for (const path of paths.slice(0, MOST_FILES)) {
    const text = await tree.text(path);
    found.push(
      text === null
        ? facts(path, { doubts: [`${path} is too large, or no text: it was not read.`] })
        : read(path, text, tree),
    );
  }
  return found;
};

/** Everything that the files of a repository say of how it runs. Nothing is executed. */
export const readRepository = async (tree: Tree, folder: string, branch: string | null): Promise<Repository> => {
  const found: Facts[] = [];
  for (const reader of READERS) found.push(...(await readAll(tree, reader)));
  return {
    folder,
    branch,
    paths: tree.files.map(({ path }) => path),
    modules: await findModules(tree),
    facts: found,
  };
};
