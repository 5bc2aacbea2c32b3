import type { ReleaseCommit } from '../../domain/release.ts';
import type { Difference, SourceDifference } from '../../ports/source-difference.ts';
import { type Mirror, SHA } from './mirror.ts';

const MOST_COMMITS = 50;
const MOST_BYTES = 16 * 2 ** 20;
/** Of a commit: fields end in NUL, and the record in a character that no subject holds. */
const FORMAT = '%H%x00%an%x00%ae%x00%ct%x00%s%x00%x1e';

export const differenceOf = (mirror: Mirror): SourceDifference => ({
  between: async (from, to) => {
    for (const sha of [from, to]) if (!SHA.test(sha) || !(await mirror.has(sha))) return null;
    const ask = async (...words: readonly string[]): Promise<string | null> => {
      const { exitCode, stdout } = await mirror.run([...words, '--'], { maxBytes: MOST_BYTES });
      return exitCode === 0 ? stdout : null;
    };
    const range = `${from}..${to}`;
    const log = await ask('log', '--no-show-signature', `--max-count=${MOST_COMMITS}`, `--format=${FORMAT}`, range);
    const count = await ask('rev-list', '--count', range);
    const stat = await ask('diff', '--numstat', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', from, to);
    if (log === null || count === null || stat === null) return null;
    const commits = log.split('\x1e').flatMap(commitOf);
    return { commits, more: Number(count) - commits.length, files: stat.split('\0').flatMap(fileOf) };
  },
});

const commitOf = (record: string): ReleaseCommit[] => {
  const [sha = '', author = '', email = '', seconds = '0', subject = ''] = record.trimStart().split('\0');
  return sha === '' ? [] : [{ sha, author, email, subject, at: new Date(Number(seconds) * 1000).toISOString() }];
};

/** `3<tab>1<tab>path`; `-` of a binary file. */
const fileOf = (line: string): Difference['files'] => {
  const [added = '', removed = '', ...path] = line.split('\t');
  const lines = (text: string): number | null => (text === '-' ? null : Number(text));
  return path.length === 0 ? [] : [{ path: path.join('\t'), added: lines(added), removed: lines(removed) }];
};
