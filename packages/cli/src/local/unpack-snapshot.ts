import { createWriteStream } from 'node:fs';
import { lstat, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '@slipway/contracts/failure';
import tar from 'tar-stream';

export interface Unpacked {
  readonly files: number;
  readonly bytes: number;
}

/** What comes is checked although the server is ours: nothing is ever written outside the folder. */
const NAME = /^(?:manifest\.json|dump\.sql|filestore(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+)$/;

/**
 * A downloaded snapshot as a folder, which is there whole or not at all: it is filled beside and renamed at the end.
 * Failures: usage (it is there already, or cannot be written), answer-not-understood, server-unreachable, disk-full.
 */
export const unpackSnapshot = async (
  folder: string,
  open: () => Promise<{ readonly url: string; readonly content: AsyncIterable<Buffer> }>,
  told: (bytes: number) => void,
): Promise<Unpacked> => {
  if ((await lstat(folder).catch(() => null)) !== null)
    throw new Failure('usage', { reason: `${folder} is there already.` });
  const beside = await mkdtemp(join(dirname(folder), `.${basename(folder)}.partial-`)).catch((error: Error) => {
    throw new Failure('usage', { reason: `${folder} cannot be made: ${error.message}` }, error);
  });
  try {
    const { url, content } = await open();
    const unpacked = await unpack(beside, url, counted(content, told));
    await rename(beside, folder);
    return unpacked;
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
};

async function* counted(content: AsyncIterable<Buffer>, told: (bytes: number) => void): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    told(bytes);
    yield chunk;
  }
}

const unpack = async (folder: string, url: string, content: AsyncIterable<Buffer>): Promise<Unpacked> => {
  const seen = new Set<string>();
  let bytes = 0;
  const extract = tar.extract();
  const fed = pipeline(content, extract);
  fed.catch(() => undefined);
  try {
    for await (const entry of extract) {
      const { name, type } = entry.header;
      if (type !== 'file' || !NAME.test(name) || seen.has(name)) throw odd(url, `it has the entry ${name}`);
      await mkdir(dirname(join(folder, name)), { recursive: true, mode: 0o700 });
      await pipeline(entry, createWriteStream(join(folder, name), { flags: 'wx', mode: 0o600 }));
      seen.add(name);
      bytes += entry.header.size ?? 0;
    }
    await fed;
  } catch (error) {
    // What broke the stream says more than that it broke.
    await fed.catch((cause: unknown) => {
      if (!(error instanceof Failure)) throw wordsFor(cause, url);
    });
    throw wordsFor(error, url);
  }
  if (!seen.has('manifest.json') || !seen.has('dump.sql')) throw odd(url, 'it is not a whole snapshot');
  return { files: seen.size - 2, bytes };
};

const odd = (url: string, reason: string, cause?: unknown): Failure =>
  new Failure('answer-not-understood', { url, reason }, cause);

const wordsFor = (error: unknown, url: string): unknown => {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (error instanceof Failure || name === 'AbortError') return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Failure('disk-full', { reason: message }, error);
  return new Failure('server-unreachable', { url, reason: `the download broke off (${message})` }, error);
};
