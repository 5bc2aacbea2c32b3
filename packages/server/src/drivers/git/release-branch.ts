import { Failure } from '@slipway/contracts/failure';
import type { ReleaseBranch } from '../../ports/release-branch.ts';
import type { Mirror } from './mirror.ts';

const TRIES = 3;
/** Who made an annotated tag. */
const TAGGER = { GIT_COMMITTER_NAME: 'Slipway', GIT_COMMITTER_EMAIL: 'slipway@localhost' };

/** By pushing, never with force: git itself refuses what is no way forward. */
export const releaseBranchOf = (mirror: Mirror): ReleaseBranch => ({
  forward: async (branch, sha) => {
    await mirror.fetchCommit(sha);
    const ref = `refs/heads/${branch}`;
    const head = (await remoteRefs(mirror, ref)).get(ref) ?? null;
    if (head === sha) return 'there';
    await push(mirror, { branch, sha, ref });
    return head === null ? 'made' : 'moved';
  },
  tag: async ({ prefix, sha, message }) => {
    await mirror.fetchCommit(sha);
    for (let attempt = 1; attempt < TRIES; attempt += 1) {
      const name = await tryTag(mirror, { prefix, sha, message }).catch(numberTaken);
      if (name !== null) return name;
    }
    return tryTag(mirror, { prefix, sha, message });
  },
});

/** Somebody took the number meanwhile. */
const numberTaken = (error: unknown): null => {
  if (error instanceof Failure && error.code === 'branch-refused') return null;
  throw error;
};

type Tag = Parameters<ReleaseBranch['tag']>[0];

const tryTag = async (mirror: Mirror, { prefix, sha, message }: Tag): Promise<string> => {
  const refs = await remoteRefs(mirror, `refs/tags/${prefix}-*`);
  const there = [...refs].find(([name, found]) => found === sha && name.endsWith('^{}'))?.[0];
  if (there !== undefined) return there.slice('refs/tags/'.length, -'^{}'.length);
  const name = `${prefix}-${nextNumber([...refs.keys()], prefix)}`;
  await pushTag(mirror, { name, sha, message });
  return name;
};

/** After the highest one; `names` may be full refs, peeled or not. */
const nextNumber = (names: readonly string[], prefix: string): number => {
  const numbers = names.map((name) =>
    Number(name.replace(/\^\{\}$/, '').slice(name.indexOf(`${prefix}-`) + prefix.length + 1)),
  );
  return Math.max(0, ...numbers.filter(Number.isInteger)) + 1;
};

const remoteRefs = async (mirror: Mirror, pattern: string): Promise<ReadonlyMap<string, string>> =>
  new Map(
    (await mirror.ask(['ls-remote', 'origin', pattern, `${pattern}^{}`])).split('\n').flatMap((line) => {
      const [sha = '', name] = line.split('\t');
      return name === undefined ? [] : [[name, sha] as const];
    }),
  );

const push = async (
  mirror: Mirror,
  { branch, sha, ref }: { readonly branch: string; readonly sha: string; readonly ref: string },
): Promise<void> => {
  try {
    await mirror.ask(['push', '--quiet', 'origin', `${sha}:${ref}`]);
  } catch (error) {
    const reason = error instanceof Failure && error.code === 'branch-refused' ? String(error.facts['reason']) : '';
    if (/non-fast-forward|fetch first/.test(reason)) throw new Failure('branch-diverged', { branch, sha }, error);
    throw error;
  }
};

const pushTag = async (
  mirror: Mirror,
  { name, sha, message }: { readonly name: string; readonly sha: string; readonly message: string },
): Promise<void> => {
  const made = await mirror.run(
    ['tag', '--annotate', '--force', `--message=${message}`, '--end-of-options', name, sha],
    {
      env: TAGGER,
    },
  );
  if (made.exitCode !== 0) throw new Failure('branch-refused', { ref: name, reason: made.stderr.trim().slice(0, 300) });
  await mirror.ask(['push', '--quiet', 'origin', `refs/tags/${name}`]);
};
