import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import { remember } from '../../domain/remember.ts';
import { type Address, shown } from './address.ts';
import type { GitCall, GitClient } from './client.ts';
import { inTurn } from './in-turn.ts';

export const SHA = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** A bare copy of one repository. Reading needs no lock: objects only ever come, never change or go. */
export interface Mirror {
  readonly address: Address;
  readonly folder: string;
  /** git on the mirror; any exit code is a result. */
  run(args: readonly string[], call?: GitCall): ReturnType<GitClient['run']>;
  has(sha: string): Promise<boolean>;
  /** Brings heads and tags up to date. */
  fetchAll(): Promise<void>;
  /** Makes sure of a commit, wherever the remote has it. Failure: ref-not-found. */
  fetchCommit(sha: string): Promise<void>;
  /** One ref by its full name, as the remote has it now. Failure: ref-not-found. */
  fetchRef(ref: string): Promise<string>;
  /** git that talks to the remote and changes nothing here. */
  ask(args: readonly string[]): Promise<string>;
}

/** Commits of which we remember that they are here. */
const MOST_KNOWN = 1000;
const HEADS = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
/** A working folder's own copy of its remote's branches. */
const TRACKED = '+refs/remotes/origin/*:refs/remotes/origin/*';
const FETCH = ['fetch', '--quiet', '--no-auto-maintenance', '--no-write-fetch-head', '--no-recurse-submodules'];

export const openMirror = (client: GitClient, address: Address, folder: string): Mirror => {
  const here = ['--git-dir', folder];
  const run: Mirror['run'] = (args, call) => client.run([...here, ...args], call);
  const talk = async (args: readonly string[]): Promise<string> => {
    await ensureBare(client, folder);
    return client.talk(address, [...here, ...args]);
  };
  const look = async (sha: string): Promise<boolean> =>
    (await run(['cat-file', '-e', `${sha}^{commit}`])).exitCode === 0;
  const known = remember(MOST_KNOWN, look, (found) => found);
  const has = async (sha: string): Promise<boolean> => (await exists(folder)) && known(sha);
  const fetchAll = (): Promise<void> =>
    inTurn(folder, async () => {
      await talk([...FETCH, '--prune', 'origin', ...HEADS, ...(address.kind === 'path' ? [TRACKED] : [])]);
    });
  /** Under a ref of ours, so that it stays when the branch it came from is gone. */
  const fetchInto = (from: string, to: string): Promise<void> =>
    inTurn(folder, async () => {
      await talk([...FETCH, '--no-tags', 'origin', `+${from}:${to}`]);
    });
  return {
    address,
    folder,
    run,
    has,
    fetchAll,
    ask: talk,
    fetchCommit: async (sha) => {
      if (await has(sha)) return;
      await fetchAll();
      if (await has(sha)) return;
      await anyOf([
        () => fetchInto(sha, `refs/slipway/${sha}`),
        // A server that hands out no bare commit ids still lists what pull requests are made of.
        () => fetchInto('refs/pull/*/head', 'refs/pull/*/head'),
      ]);
      if (!(await has(sha))) throw new Failure('ref-not-found', { repository: shown(address.url), ref: sha });
    },
    fetchRef: async (ref) => {
      await fetchInto(ref, ref);
      return (await run(['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`])).stdout.trim();
    },
  };
};

/** The first that ends well; when the remote has it in no way, that is for the caller to see. */
const anyOf = async (ways: readonly (() => Promise<void>)[]): Promise<void> => {
  for (const way of ways) {
    const failure = await way().then(
      () => null,
      (error: unknown) => error,
    );
    if (failure === null) return;
    const refused = failure instanceof Failure && (failure.code === 'ref-not-found' || isRefusal(failure));
    if (!refused) throw failure;
  }
};

/** Old servers answer a request for a commit id with "Server does not allow request for unadvertised object". */
const isRefusal = (failure: Failure): boolean => /unadvertised object/i.test(String(failure.facts.reason ?? ''));

const ensureBare = async (client: GitClient, folder: string): Promise<void> => {
  if (await exists(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  const fresh = await mkdtemp(`${folder}.new-`);
  // An empty template: no sample hooks, nothing that the machine's administrator put there.
  const made = await client.run(['init', '--quiet', '--bare', '--template=', fresh]);
  if (made.exitCode !== 0) throw new Failure('disk-full', { reason: made.stderr.trim().slice(0, 300) });
  try {
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another process was first.
    if (!(await exists(folder))) throw error;
  }
};

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Folder of a mirror inside `data`. */
export const mirrorFolder = (data: string, name: string): string => join(data, 'mirrors', `${name}.git`);
