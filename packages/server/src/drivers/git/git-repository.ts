import { createHash } from 'node:crypto';
import { Failure } from '@slipway/contracts/failure';
import type { Clock } from '../../domain/clock.ts';
import type { Commit } from '../../domain/commit.ts';
import { slug } from '../../domain/names.ts';
import { remember } from '../../domain/remember.ts';
import type { ReleaseBranch } from '../../ports/release-branch.ts';
import type { SourceRepository } from '../../ports/source-repository.ts';
import { parseAddress, shown } from './address.ts';
import { checkOut, checkoutFolder, pruneCheckouts } from './checkout.ts';
import { openGitClient, type TokenSource } from './client.ts';
import { defaultBranch } from './default-branch.ts';
import { differenceOf } from './difference.ts';
import { historyOf } from './history.ts';
import { type Mirror, mirrorFolder, openMirror, SHA } from './mirror.ts';
import { releaseBranchOf } from './release-branch.ts';

/** Commits whose author and message are remembered: GitHub tells of the same one many times. */
const MOST_COMMITS = 200;

export interface GitRepositorySettings {
  /** An address that git takes (https, http, ssh, git, file, `user@host:path`), or the absolute path of a repository or working folder. */
  readonly url: string;
  /** Absolute folder for mirrors and checkouts; may be shared by all repositories of an instance. */
  readonly data: string;
  readonly token?: TokenSource;
  readonly clock: Pick<Clock, 'now'>;
}

export interface GitRepository extends SourceRepository {
  /** Removes the checkouts of all commits but these. */
  prune(keep: readonly string[]): Promise<void>;
  /** For remotes that have no API for it. */
  readonly release: ReleaseBranch;
}

/** Failure: config-invalid, when git must not be given such an address. */
export const openGitRepository = async (settings: GitRepositorySettings): Promise<GitRepository> => {
  const address = parseAddress(settings.url);
  const client = await openGitClient(settings.data, settings.token ?? (async () => null));
  const open = (url: string): Mirror => openMirror(client, parseAddress(url), mirrorFolder(settings.data, nameOf(url)));
  const mirror = openMirror(client, address, mirrorFolder(settings.data, nameOf(address.url)));
  const checkouts = checkoutFolder(settings.data, nameOf(address.url));
  const underway = new Map<string, Promise<string>>();
  const commit = remember(MOST_COMMITS, (sha) => readCommit(mirror, sha));
  return {
    fetch: (sha) => (sha === undefined ? mirror.fetchAll() : mirror.fetchCommit(fullSha(mirror, sha))),
    resolve: (ref) => resolveRef(mirror, ref),
    defaultBranch: () => defaultBranch(mirror),
    commit,
    readFile: (sha, path) => readText(mirror, sha, path),
    branches: () => listHeads(mirror),
    history: historyOf(mirror),
    release: releaseBranchOf(mirror),
    difference: differenceOf(mirror),
    prune: (keep) => pruneCheckouts(checkouts, keep, settings.clock.now()),
    checkout: (sha) => {
      const running = underway.get(sha);
      if (running !== undefined) return running;
      const started = checkOut(mirror, fullSha(mirror, sha), checkouts, open).finally(() => underway.delete(sha));
      underway.set(sha, started);
      return started;
    },
  };
};

/** Readable, and different for each address. */
const nameOf = (url: string): string =>
  `${slug(
    url
      .replace(/\.git$/, '')
      .split(/[/:]/)
      .slice(-2)
      .join('-'),
  )}-${createHash('sha256').update(url).digest('hex').slice(0, 12)}`;

const notFound = (mirror: Mirror, ref: string): Failure =>
  new Failure('ref-not-found', { repository: shown(mirror.address.url), ref: ref.slice(0, 255) });

const fullSha = (mirror: Mirror, sha: string): string => {
  if (!SHA.test(sha)) throw notFound(mirror, sha);
  return sha;
};

/** What git allows in a ref, and nothing that its revision language would read more into. */
const REF = /^(?![-/.])(?!.*(\.\.|@\{|\/\/|\/\.|\.lock(\/|$)))[^\s~^:?*[\\\x7f]+(?<![/.])$/;

const resolveRef = async (mirror: Mirror, ref: string): Promise<string> => {
  if (SHA.test(ref)) {
    await mirror.fetchCommit(ref);
    return ref;
  }
  if (!REF.test(ref) || ref.length > 255) throw notFound(mirror, ref);
  if (ref === 'HEAD') return resolveRef(mirror, `refs/heads/${await defaultBranch(mirror)}`);
  if (ref.startsWith('refs/') && !/^refs\/(heads|tags)\//.test(ref)) return mirror.fetchRef(ref);
  const known = await lookUp(mirror, ref);
  if (known !== null) return known;
  await mirror.fetchAll();
  return (await lookUp(mirror, ref)) ?? refuse(mirror, ref);
};

const refuse = (mirror: Mirror, ref: string): never => {
  throw notFound(mirror, ref);
};

/** In git's own order of preference, but a branch before a tag: a pull request means branches. */
const lookUp = async (mirror: Mirror, ref: string): Promise<string | null> => {
  // Last, what a working folder knows of its own remote: `main` need not have been checked out there.
  const names = ref.startsWith('refs/')
    ? [ref]
    : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/remotes/origin/${ref}`];
  if (/^[0-9a-f]{7,39}$/.test(ref)) names.push(ref);
  for (const name of names) {
    const { exitCode, stdout } = await mirror.run([
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${name}^{commit}`,
    ]);
    if (exitCode === 0) return stdout.trim();
  }
  return null;
};

const listHeads = async (mirror: Mirror): Promise<Readonly<Record<string, string>>> => {
  const lines = (await mirror.ask(['ls-remote', '--heads', 'origin'])).split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const found = /^([0-9a-f]+)\trefs\/heads\/(.+)$/.exec(line);
      return found ? [[found[2] ?? '', found[1] ?? '']] : [];
    }),
  );
};

const readCommit = async (mirror: Mirror, sha: string): Promise<Commit> => {
  await mirror.fetchCommit(fullSha(mirror, sha));
  const { stdout } = await mirror.run([
    'show',
    '--no-patch',
    '--no-show-signature',
    '--format=%H%x00%an%x00%ct%x00%B',
    sha,
    '--',
  ]);
  const [found = '', author = '', seconds = '0', message = ''] = stdout.split('\0');
  return { sha: found, author, message: message.trim(), committedAt: new Date(Number(seconds) * 1000).toISOString() };
};

const READ_LIMIT = 16 * 2 ** 20;

const readText = async (mirror: Mirror, sha: string, path: string): Promise<string | null> => {
  await mirror.fetchCommit(fullSha(mirror, sha));
  const { exitCode, stdout } = await mirror.run(['cat-file', 'blob', `${sha}:${path}`], { maxBytes: READ_LIMIT });
  return exitCode === 0 ? stdout : null;
};
