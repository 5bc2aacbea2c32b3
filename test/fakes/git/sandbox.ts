/** A folder with a real git repository in it, for tests of what reads one. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '../../../packages/server/src/drivers/shared/run-command.ts';

export interface GitSandbox {
  readonly root: string;
  /** A working folder on branch main with one commit, made at second 1000. */
  readonly work: string;
  /** Runs git; throws what it says when it fails. */
  git(cwd: string, ...args: string[]): Promise<string>;
  init(folder: string): Promise<void>;
  /** Writes the files (null: deletes) and commits everything at second `at`; returns the full commit id. */
  commit(folder: string, files: Readonly<Record<string, string | null>>, message: string, at: number): Promise<string>;
  remove(): Promise<void>;
}

const CONFIG = ['-c', 'user.name=Mona', '-c', 'user.email=mona@example.com', '-c', 'protocol.file.allow=always'];

export const makeGitSandbox = async (): Promise<GitSandbox> => {
  const root = await mkdtemp(join(tmpdir(), 'slipway-git-'));
  const work = join(root, 'work');
  let at = 1000;
  const git: GitSandbox['git'] = async (cwd, ...args) => {
    const env = { GIT_AUTHOR_DATE: `@${at} +0000`, GIT_COMMITTER_DATE: `@${at} +0000` };
    const { exitCode, stdout, stderr } = await runCommand('git', [...CONFIG, ...args], { cwd, env });
    if (exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  const init: GitSandbox['init'] = async (folder) => {
    await mkdir(folder, { recursive: true });
    await git(folder, 'init', '--quiet', '--initial-branch=main');
  };
  const commit: GitSandbox['commit'] = async (folder, files, message, second) => {
    for (const [path, text] of Object.entries(files)) await write(join(folder, path), text);
    at = second;
    await git(folder, 'add', '--all');
    await git(folder, 'commit', '--quiet', '--allow-empty', '--message', message);
    return git(folder, 'rev-parse', 'HEAD');
  };
  await init(work);
  await commit(work, { 'sale/__manifest__.py': '{}', 'slipway.yaml': 'version: 1\n' }, 'first', 1000);
  return { root, work, git, init, commit, remove: () => rm(root, { recursive: true, force: true }) };
};

const write = async (path: string, text: string | null): Promise<void> => {
  if (text === null) return rm(path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
};
