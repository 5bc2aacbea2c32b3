import type { Mirror } from './mirror.ts';

/** How far back the log is read. A file that was not touched in that many commits gets a time of its own, see `oldTime`. */
const MOST_COMMITS = 20_000;
const MARK = '\x01';

export interface TreeEntry {
  readonly mode: string;
  readonly object: string;
  readonly path: string;
}

/** All files of a commit, links and submodules included. */
export const listTree = async (mirror: Mirror, sha: string): Promise<readonly TreeEntry[]> => {
  const { stdout } = await mirror.run(['ls-tree', '-r', '-z', '--full-tree', sha], { maxBytes: 256 * 2 ** 20 });
  return stdout
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [mode = '', , object = ''] = line.slice(0, line.indexOf('\t')).split(' ');
      return { mode, object, path: line.slice(line.indexOf('\t') + 1) };
    });
};

/**
 * Seconds since 1970 by path: when the commit was made that brought the file to what it is. One walk over the first
 * parents, which ends when every file is found. Only the first parents, because a merge that keeps its own version of
 * a file must not give it the time of the version it threw away: Odoo would take the one's cached assets for the other's.
 */
export const commitTimes = async (
  mirror: Mirror,
  sha: string,
  entries: readonly TreeEntry[],
): Promise<ReadonlyMap<string, number>> => {
  const wanted = new Map(entries.map((entry) => [entry.path, entry.object]));
  const times = new Map<string, number>();
  if (wanted.size === 0) return times;
  const enough = new AbortController();
  let time = 0;
  const onLine = (line: string): void => {
    if (line.startsWith(MARK)) time = Number(line.slice(1));
    else if (wanted.size > 0) {
      const path = unquote(line);
      if (!wanted.delete(path)) return;
      times.set(path, time);
      if (wanted.size === 0) enough.abort();
    }
  };
  const walk = ['log', '--first-parent', '--diff-merges=first-parent', '--no-renames', '--name-only', '--root'];
  const options = ['--format=tformat:%x01%ct', `--max-count=${MOST_COMMITS}`, sha, '--'];
  await mirror
    .run(['-c', 'core.quotePath=true', ...walk, ...options], { onLine, signal: enough.signal, maxBytes: 1024 })
    .catch((error: unknown) => {
      if (!enough.signal.aborted) throw error;
    });
  for (const [path, object] of wanted) times.set(path, oldTime(object));
  return times;
};

/** A time in 2000–2003 made of the content, so that it changes when, and only when, the file does. */
const oldTime = (object: string): number => 946_684_800 + (Number.parseInt(object.slice(0, 8), 16) % 100_000_000);

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/** git's way of writing an unusual path: "caf\303\251.py". */
export const unquote = (text: string): string => {
  if (!text.startsWith('"') || !text.endsWith('"')) return text;
  const bytes = [...text.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs)].flatMap(([, octal, letter, plain]) => {
    if (octal !== undefined) return [Number.parseInt(octal, 8)];
    if (letter !== undefined) return [ESCAPES[letter] ?? letter.charCodeAt(0)];
    return [...Buffer.from(plain ?? '')];
  });
  return Buffer.from(bytes).toString('utf8');
};
