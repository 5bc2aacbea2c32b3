import { createInterface } from 'node:readline';
import { PassThrough, type Readable } from 'node:stream';
import type Docker from 'dockerode';

/** Docker's stream of stdout and stderr as lines, in the order of their coming; ends with the stream. */
export const logLines = (docker: Docker, stream: NodeJS.ReadableStream): AsyncIterable<string> => {
  const merged = new PassThrough();
  docker.modem.demuxStream(stream, merged, merged);
  const end = (): void => void merged.end();
  stream.on('end', end).on('close', end).on('error', end);
  merged.once('close', () => (stream as Readable).destroy());
  return createInterface({ input: merged, crlfDelay: Number.POSITIVE_INFINITY });
};
