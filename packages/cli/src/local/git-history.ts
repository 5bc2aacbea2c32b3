/** Every version of every file that any branch or tag leads to, one at a time: git lists, git reads, and nothing is kept. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { Failure } from '@slipway/contracts/failure';
import type { History, OldFile } from '@slipway/guards/secrets/history';
import { textOf } from '@slipway/guards/text-of';
import type { Io } from '../io.ts';
import { QUIET } from './git.ts';

/** Larger files are data; they pass by without being kept. */
const MOST_BYTES = 1024 * 1024;
const LONGEST_LINE = 8192;

type Git = ChildProcessByStdio<Writable, Readable, Readable>;

const start = (io: Io, parameters: readonly string[]): Git =>
  spawn('git', [...QUIET, ...parameters], {
    cwd: io.cwd,
    env: { ...io.variables, GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: io.signal,
  });

/** Waits for the end. Failure: usage, with what git says. */
const ended = (child: Git): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      said = (said + part).slice(0, 1000);
    });
    child.once('error', (error) => {
      const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
      reject(new Failure('usage', { reason: absent ? 'There is no git in PATH.' : 'git was stopped.' }, error));
    });
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Failure('usage', { reason: `git says: ${said.trim().split('\n')[0] ?? ''}` }));
    });
  });

/** Lines and pieces of a stream, as they are asked for. */
class Source {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done === true) return false;
    this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    return true;
  }

  /** Null at the end. */
  async line(): Promise<string | null> {
    let end = this.#rest.indexOf(10);
    while (end < 0 && this.#rest.length < LONGEST_LINE && (await this.#more())) end = this.#rest.indexOf(10);
    if (end < 0 && this.#rest.length === 0) return null;
    const stop = end < 0 ? this.#rest.length : end;
    const line = this.#rest.toString('utf8', 0, stop);
    this.#rest = this.#rest.subarray(stop + 1);
    return line;
  }

  /** So many bytes, or null when they are too many to be kept. */
  async bytes(count: number): Promise<Buffer | null> {
    const kept: Buffer[] = [];
    for (let left = count; left > 0; ) {
      if (this.#rest.length === 0 && !(await this.#more())) break;
      const part = this.#rest.subarray(0, left);
      left -= part.length;
      this.#rest = this.#rest.subarray(part.length);
      if (count <= MOST_BYTES) kept.push(part);
    }
    return count <= MOST_BYTES ? Buffer.concat(kept) : null;
  }
}

/** Oldest last: the last line is the commit that brought it. */
const commitOf = async (io: Io, object: string): Promise<string> => {
  const child = start(io, [
    'log',
    '--all',
    `--find-object=${object}`,
    '--no-ext-diff',
    '--no-textconv',
    '--format=%h of %as',
  ]);
  const over = ended(child);
  let last = 'no commit';
  for await (const line of linesOf(new Source(child.stdout))) last = line;
  await over;
  return last;
};

/** `<object> <path>`; what a name with a line break in it continues with is none of these. */
const LISTED = /^([0-9a-f]{40,64}) (.+)$/;

async function* linesOf(source: Source): AsyncGenerator<string> {
  for (let line = await source.line(); line !== null; line = await source.line()) yield line;
}

/** One object of `git cat-file --batch`; null: a folder, not there (a partial clone), large, or no text. */
const readText = async (reader: Git, contents: Source, object: string): Promise<string | null> => {
  reader.stdin.write(`${object}\n`);
  const [, type, size] = ((await contents.line()) ?? '').split(' ');
  if (size === undefined) return null;
  const bytes = await contents.bytes(Number(size));
  await contents.line();
  return type === 'blob' ? textOf(bytes) : null;
};

async function* readObjects(io: Io, isWanted: (path: string) => boolean): AsyncGenerator<OldFile> {
  const list = start(io, ['rev-list', '--all', '--objects']);
  const reader = start(io, ['cat-file', '--batch']);
  const over = Promise.all([ended(list), ended(reader)]);
  over.catch(() => {});
  const contents = new Source(reader.stdout);
  try {
    for await (const line of linesOf(new Source(list.stdout))) {
      const [, object, path = ''] = LISTED.exec(line) ?? [];
      if (object === undefined || !isWanted(path)) continue;
      const text = await readText(reader, contents, object);
      if (text !== null) yield { path, text, commit: () => commitOf(io, object) };
    }
    reader.stdin.end();
    await over;
  } finally {
    for (const child of [list, reader]) if (child.exitCode === null) child.kill();
  }
}

export const gitHistory =
  (io: Io): History =>
  (isWanted) =>
    readObjects(io, isWanted);
