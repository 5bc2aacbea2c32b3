import { type Facts, facts } from './found.ts';

export interface Submodule {
  readonly path: string;
  readonly branch?: string;
}

export const submodulesOf = (text: string): readonly Submodule[] =>
  text
    .split(/^\s*\[submodule /m)
    .slice(1)
    .flatMap((section) => {
      const of = (key: string) => new RegExp(`^\\s*${key}\\s*=\\s*(.*?)\\s*$`, 'm').exec(section)?.[1];
      const [path, branch] = [of('path'), of('branch')];
      if (path === undefined || path === '' || path.startsWith('/') || path.split('/').includes('..')) return [];
      return [{ path, ...(branch === undefined ? {} : { branch }) }];
    });

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
