import { Failure } from '@slipway/contracts/failure';
import type { ReleaseCommit } from '../../domain/release.ts';
import type { SourceHistory } from '../../ports/source-history.ts';
import { shown } from './address.ts';
import type { Mirror } from './mirror.ts';

const KEPT = 500;
const LOG_LIMIT = 64 * 2 ** 20;
const FORMAT = '%H%x00%an%x00%ae%x00%ct%x00%s%x1e';

export const historyOf = (mirror: Mirror): SourceHistory => ({
  commits: async (from, to) => {
    await mirror.fetchCommit(to);
    const known = from !== null && (await isHere(mirror, from));
    // Not %aN: a commit may bring a .mailmap, and so say who its own author is.
    const { exitCode, stdout, stderr } = await mirror.run(
      ['log', '--no-show-signature', `--format=${FORMAT}`, '--end-of-options', known ? `${from}..${to}` : to, '--'],
      { maxBytes: LOG_LIMIT },
    );
    if (exitCode !== 0)
      throw new Failure('repository-unreachable', { repository: shown(mirror.address.url), reason: stderr.trim() });
    return withEveryAuthor(stdout.split('\x1e').flatMap(commitOf));
  },
  contains: async (sha, ancestor) => {
    await mirror.fetchCommit(sha);
    if (!(await isHere(mirror, ancestor))) return false;
    return (await mirror.run(['merge-base', '--is-ancestor', ancestor, sha])).exitCode === 0;
  },
});

const isHere = async (mirror: Mirror, sha: string): Promise<boolean> => {
  try {
    await mirror.fetchCommit(sha);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === 'ref-not-found') return false;
    throw error;
  }
};

const commitOf = (record: string): ReleaseCommit[] => {
  const [sha = '', author = '', email = '', seconds = '0', subject = ''] = record.trimStart().split('\0');
  return sha === '' ? [] : [{ sha, author, email, subject, at: new Date(Number(seconds) * 1000).toISOString() }];
};

/** Whose approval counts depends on who wrote something of it. */
const withEveryAuthor = (commits: readonly ReleaseCommit[]): readonly ReleaseCommit[] => {
  const kept = commits.slice(0, KEPT);
  const person = ({ author, email }: ReleaseCommit): string => `${author}\0${email}`;
  const told = new Set(kept.map(person));
  for (const commit of commits.slice(KEPT)) {
    if (told.has(person(commit))) continue;
    told.add(person(commit));
    kept.push(commit);
  }
  return kept;
};
