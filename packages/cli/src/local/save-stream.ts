import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, lstat, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '@slipway/contracts/failure';

/**
 * Something long from the server into a new file, piece by piece; the file is there whole or not at all. Answers its bytes.
 * Failures: usage (it is there already, or cannot be written), server-unreachable, disk-full.
 */
export const saveStream = async (
  file: string,
  url: string,
  open: () => Promise<AsyncIterable<Buffer>>,
): Promise<number> => {
  if ((await lstat(file).catch(() => null)) !== null)
    throw new Failure('usage', { reason: `${file} is there already.` });
  const beside = join(dirname(file), `.${basename(file)}.${randomUUID()}.partial`);
  const content = await open();
  const out = createWriteStream(beside, { flags: 'wx', mode: 0o600, flush: true });
  try {
    await pipeline(content, out);
    // Not a rename, which would replace what came there meanwhile.
    await link(beside, file);
    return out.bytesWritten;
  } catch (error) {
    throw wordsFor(error, file, url);
  } finally {
    await rm(beside, { force: true });
  }
};

const wordsFor = (error: unknown, file: string, url: string): unknown => {
  const { code, name, message, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof Failure || name === 'AbortError') return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Failure('disk-full', { reason: message }, error);
  if (syscall === 'open' || syscall === 'write' || syscall === 'link')
    return new Failure('usage', { reason: `${file} cannot be written: ${message}.` }, error);
  return new Failure('server-unreachable', { url, reason: `the download broke off (${message})` }, error);
};
