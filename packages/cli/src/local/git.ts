/** The one file that asks git: argument arrays, no shell, nothing that a repository could have configured to run. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type { Io } from '../io.ts';

/** In front of every command: nothing that the repository configures is run, and names come as they are. */
export const QUIET = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false'];
const MOST_BYTES = 64 * 2 ** 20;

/** What git prints, as it is. Failure: usage, with what git says. */
const git = (io: Io, parameters: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = {
      cwd: io.cwd,
      env: { ...io.variables, GIT_OPTIONAL_LOCKS: '0' },
      maxBuffer: MOST_BYTES,
      signal: io.signal,
    };
    execFile('git', [...QUIET, ...parameters], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        reject(new Failure('usage', { reason: 'There is no git in PATH.' }, error));
      else reject(new Failure('usage', { reason: `git says: ${stderr.trim().split('\n')[0] ?? ''}` }, error));
    });
  });

const names = (output: string): string[] => output.split('\0').filter((name) => name !== '');

/** Files that differ from where this branch left `base`, committed or not, and new ones that git does not have yet; relative to the folder. */
export const changedFiles = async (io: Io, base: string): Promise<ReadonlySet<string>> => {
  // Else a name could be an option of git's.
  if (base.startsWith('-')) throw new Failure('usage', { reason: `${base} is not a commit.` });
  const diff = [
    'diff',
    '--name-only',
    '-z',
    '--relative',
    '--no-ext-diff',
    '--no-textconv',
    '--merge-base',
    base,
    '--',
  ];
  const changed = names(await git(io, diff));
  const untracked = names(await git(io, ['ls-files', '--others', '--exclude-standard', '-z']));
  return new Set([...changed, ...untracked]);
};

/** Files that git has although a .gitignore names them, also in submodules; none where this folder is no checkout, or there is no git. */
export const trackedAnyway = async (io: Io): Promise<ReadonlySet<string>> => {
  const ask = ['ls-files', '--cached', '--ignored', '--exclude-standard', '--recurse-submodules', '-z'];
  // Without it everything that is ignored is left out, as it was meant.
  return new Set(existsSync(join(io.cwd, '.git')) ? names(await git(io, ask).catch(() => '')) : []);
};
