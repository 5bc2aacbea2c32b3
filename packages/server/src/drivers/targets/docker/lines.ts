import { PassThrough, type Readable, Writable } from 'node:stream';
import type Docker from 'dockerode';
import { splitLines } from '../../shared/split-lines.ts';

/**
 * Docker's stream of stdout and stderr as lines, in the order of their coming; ends with the stream. Each of the two is cut
 * by itself: Docker hands out what it has, and half a line of one must not go on with a line of the other.
 */
export const logLines = (docker: Docker, stream: NodeJS.ReadableStream): AsyncIterable<string> => {
  const lines = new PassThrough({ objectMode: true });
  const [out, err] = [splitLines((line) => lines.write(line)), splitLines((line) => lines.write(line))];
  const into = (splitter: typeof out): Writable =>
    new Writable({
      write: (bytes: Buffer, _, taken) => {
        splitter.write(bytes);
        taken();
      },
    });
  docker.modem.demuxStream(stream, into(out), into(err));
  let ended = false;
  const end = (): void => {
    if (ended || lines.destroyed) return;
    ended = true;
    out.end();
    err.end();
    lines.end();
  };
  stream.on('end', end).on('close', end).on('error', end);
  lines.once('close', () => (stream as Readable).destroy());
  return lines;
};
