import { chmod, lutimes, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { shown, submoduleAddress } from './address.ts';
import { commitTimes, listTree, type TreeEntry } from './commit-times.ts';
import { keepLinksInside } from './inside-links.ts';
import { exists, type Mirror } from './mirror.ts';

const TEMPORARY = '.new-';
const LINK = '120000';
const SUBMODULE = '160000';
/** Deeper than any real tree of submodules; a limit because a pull request may write what it likes. */
const MOST_LEVELS = 10;

/** Opens the mirror of a submodule. */
export type OpenMirror = (url: string) => Mirror;

/**
 * The files of a commit as a folder `<folder>/<sha>`, submodules included, mtimes from git. Written under another
 * name and renamed, so it is there only when whole. Failures: ref-not-found, repository-unreachable, disk-full.
 */
export const checkOut = async (mirror: Mirror, sha: string, folder: string, open: OpenMirror): Promise<string> => {
  const target = join(folder, sha);
  if (await exists(target)) return target;
  await mkdir(folder, { recursive: true });
  const fresh = await mkdtemp(join(folder, TEMPORARY));
  try {
    // mkdtemp makes it ours alone; the image's Odoo user has to read it.
    await chmod(fresh, 0o755);
    const links = await exportTree({ mirror, sha, into: fresh, level: 0 }, open);
    await keepLinksInside(fresh, links);
    await rename(fresh, target).catch(async (error: unknown) => {
      // Another process was first; what it wrote is the same.
      if (!(await exists(target))) throw error;
    });
    return target;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new Failure('disk-full', { reason: `checking out ${sha}` }, error);
    throw error;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
};

interface Export {
  readonly mirror: Mirror;
  readonly sha: string;
  readonly into: string;
  readonly level: number;
}

/** Returns the links among the files, relative to `into`. */
const exportTree = async (job: Export, open: OpenMirror): Promise<readonly string[]> => {
  const { mirror, sha, into } = job;
  await mirror.fetchCommit(sha);
  await writeFiles(job);
  const entries = await listTree(mirror, sha);
  const submodules = entries.filter((entry) => entry.mode === SUBMODULE);
  const links = entries.filter((entry) => entry.mode === LINK).map((entry) => entry.path);
  for (const inner of await exportSubmodules(job, submodules, open)) links.push(inner);
  const times = await commitTimes(
    mirror,
    sha,
    entries.filter((entry) => entry.mode !== SUBMODULE),
  );
  // utimes of the link itself: what it points to has its own time.
  for (const [path, time] of times) await lutimes(join(into, path), time, time).catch(ignoreAbsent);
  return links;
};

/** Through an index of its own: `git archive` would leave out what `export-ignore` names and rewrite `export-subst`. */
const writeFiles = async ({ mirror, sha, into }: Export): Promise<void> => {
  const scratch = await mkdtemp(join(mirror.folder, 'index-'));
  const call = { cwd: into, env: { GIT_INDEX_FILE: join(scratch, 'index') } };
  try {
    for (const args of [
      ['read-tree', sha],
      ['--work-tree', into, 'checkout-index', '--all', '--force', '--quiet'],
    ]) {
      const { exitCode, stderr } = await mirror.run(args, call);
      if (exitCode !== 0) throw writeFailure(mirror, stderr);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

const writeFailure = (mirror: Mirror, stderr: string): Failure => {
  const reason = stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  if (/no space left|quota/i.test(stderr)) return new Failure('disk-full', { reason });
  return new Failure('repository-unreachable', { repository: shown(mirror.address.url), reason });
};

const exportSubmodules = async (
  job: Export,
  entries: readonly TreeEntry[],
  open: OpenMirror,
): Promise<readonly string[]> => {
  if (entries.length === 0) return [];
  const urls = await submoduleUrls(job);
  const links: string[] = [];
  for (const { path, object } of entries) {
    const given = urls.get(path);
    // Without an entry in .gitmodules it is a folder that somebody added by mistake; git leaves it empty as well.
    if (given === undefined) continue;
    const url = submoduleAddress(given, job.mirror.address);
    if (url === null || job.level >= MOST_LEVELS) throw submoduleRefused(path, given);
    const into = join(job.into, path);
    await mkdir(into, { recursive: true });
    const inner = await exportTree({ mirror: open(url), sha: object, into, level: job.level + 1 }, open);
    links.push(...inner.map((link) => join(path, link)));
  }
  return links;
};

const submoduleRefused = (path: string, given: string): Failure =>
  new Failure('config-invalid', {
    problems: `.gitmodules: the address ${shown(given)} of submodule ${path} cannot be used; give an https or ssh address, or one relative to this repository`,
  });

/** Address by path, of .gitmodules as it is in the commit. */
const submoduleUrls = async ({ mirror, sha }: Export): Promise<ReadonlyMap<string, string>> => {
  const { stdout } = await mirror.run(['config', '--blob', `${sha}:.gitmodules`, '--null', '--list']);
  const values = new Map<string, string>();
  for (const item of stdout.split('\0')) {
    const end = item.indexOf('\n');
    if (end > 0) values.set(item.slice(0, end), item.slice(end + 1));
  }
  const pairs = [...values]
    .filter(([key]) => key.startsWith('submodule.') && key.endsWith('.path'))
    .map(([key, path]) => [path.replace(/\/+$/, ''), values.get(key.replace(/path$/, 'url'))] as const);
  return new Map(pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
};

const ignoreAbsent = (error: unknown): void => {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
};

const LEFT_OVER_MS = 3_600_000;

/** Removes the checkouts of other commits than `keep`, and what a crash left half written an hour ago. */
export const pruneCheckouts = async (folder: string, keep: readonly string[], now: Date): Promise<void> => {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    if (keep.includes(name)) continue;
    if (name.startsWith(TEMPORARY) && !(await isLeftOver(path, now))) continue;
    await rm(path, { recursive: true, force: true });
  }
};

const isLeftOver = async (path: string, now: Date): Promise<boolean> => {
  const found = await stat(path).catch(() => null);
  return found !== null && now.getTime() - found.mtimeMs > LEFT_OVER_MS;
};

export const checkoutFolder = (data: string, name: string): string => join(data, 'checkouts', name);
