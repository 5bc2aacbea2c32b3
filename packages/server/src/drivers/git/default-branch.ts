import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '@slipway/contracts/failure';
import { type Address, shown } from './address.ts';
import { exists, type Mirror } from './mirror.ts';

/** Not everything: GitHub has two refs for each pull request there ever was. */
const ASKED = ['HEAD', 'refs/heads/*', 'refs/remotes/origin/HEAD'];

/**
 * The branch that a pull request wants to change when nobody says which. A remote's HEAD names it. In a working folder HEAD is what
 * happens to be checked out, so there it is asked last: often that is the very branch that a preview is opened of.
 */
export const defaultBranch = async (mirror: Mirror): Promise<string> => {
  const lines = (await mirror.ask(['ls-remote', '--symref', 'origin', ...ASKED])).split('\n');
  const find = (pattern: RegExp): string | undefined =>
    lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  const heads = lines.flatMap((line) => /\trefs\/heads\/(.+)$/.exec(line)?.[1] ?? []);
  const head = find(/^ref: refs\/heads\/(\S+)\tHEAD$/);
  const usual = ['main', 'master'].find((name) => heads.includes(name));
  const origin = find(/^ref: refs\/remotes\/origin\/(\S+)\trefs\/remotes\/origin\/HEAD$/);
  const found = (await isWorkingFolder(mirror.address)) ? (origin ?? usual ?? head) : (head ?? usual);
  const branch = found ?? detached(lines);
  if (branch === undefined) throw new Failure('ref-not-found', { repository: shown(mirror.address.url), ref: 'HEAD' });
  return branch;
};

const isWorkingFolder = async ({ kind, url }: Address): Promise<boolean> =>
  kind === 'path' && exists(join(url.startsWith('file:') ? fileURLToPath(url) : url, '.git'));

/** A branch that is at the commit which a detached HEAD is at. */
const detached = (lines: readonly string[]): string | undefined => {
  const sha = lines.map((line) => /^([0-9a-f]+)\tHEAD$/.exec(line)?.[1]).find((found) => found !== undefined);
  return lines
    .map((line) => /^([0-9a-f]+)\trefs\/heads\/(.+)$/.exec(line))
    .find((entry) => entry !== null && entry[1] === sha)?.[2];
};
