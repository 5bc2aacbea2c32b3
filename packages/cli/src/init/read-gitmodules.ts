import { type Facts, facts } from './found.ts';

export interface Submodule {
  readonly path: string;
  readonly branch?: string;
}

const MOST_LINES = 5000;
const MOST_CHARACTERS = 1000;

export const submodulesOf = (text: string): readonly Submodule[] => {
  const found: { path?: string; branch?: string }[] = [];
  for (const line of text.split(/\r?\n/).slice(0, MOST_LINES)) {
    if (line.length > MOST_CHARACTERS) continue;
    if (line.trimStart().startsWith('[submodule ')) found.push({});
    const [, key, value = ''] = /^(path|branch)\s*=(.*)$/.exec(line.trim()) ?? [];
    const last = found.at(-1);
    if (last !== undefined && (key === 'path' || key === 'branch')) last[key] = value.trim();
  }
  return found.flatMap(({ path = '', branch }) =>
    path === '' || path.startsWith('/') || path.split('/').includes('..')
      ? []
      : [{ path, ...(branch === undefined ? {} : { branch }) }],
  );
};

/** `isThere`: whether files of a submodule are checked out. */
export const readGitmodules = (file: string, text: string, isThere: (path: string) => boolean): Facts => {
  const submodules = submodulesOf(text);
  return facts(file, {
    branches: submodules.flatMap(({ branch }) => branch ?? []),
    doubts: submodules
      .filter(({ path }) => !isThere(path))
      .map(
        ({ path }) => `The submodule ${path} is not checked out: run \`git submodule update --init\`, then this again.`,
      ),
  });
};
