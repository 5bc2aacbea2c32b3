import { PassThrough } from 'node:stream';
import Docker from 'dockerode';
import { describe, expect, it } from 'vitest';
import { logLines } from './lines.ts';

const [OUT, ERR] = [1, 2];

/** As Docker sends it: one byte for the stream, three of nothing, four for the length (docs.docker.com, "Attach to a container"). */
const frame = (stream: number, text: string): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt8(stream, 0);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
};

const linesOf = async (...frames: readonly Buffer[]): Promise<readonly string[]> => {
  const stream = new PassThrough();
  const read = logLines(new Docker(), stream);
  for (const bytes of frames) stream.write(bytes);
  stream.end();
  const lines: string[] = [];
  for await (const line of read) lines.push(line);
  return lines;
};

describe('lines of a container', () => {
  it('does not mix half a line of one stream with a line of the other', async () => {
    expect(await linesOf(frame(OUT, '{"a":'), frame(ERR, 'WARNING slow\n'), frame(OUT, '1}\n'))).toEqual([
      'WARNING slow',
      '{"a":1}',
    ]);
  });

  it('keeps the order of their coming, and a last line without an end', async () => {
    expect(await linesOf(frame(ERR, 'one\r\ntwo\n'), frame(OUT, 'three\n'), frame(ERR, 'four'))).toEqual([
      'one',
      'two',
      'three',
      'four',
    ]);
  });

  it('keeps an empty line, and a character that came in two halves', async () => {
    const euro = Buffer.from('1 €\n\nend\n');
    const half = (part: Buffer): Buffer => {
      const head = frame(OUT, '').subarray(0, 8);
      head.writeUInt32BE(part.length, 4);
      return Buffer.concat([head, part]);
    };
    expect(await linesOf(half(euro.subarray(0, 3)), half(euro.subarray(3)))).toEqual(['1 €', '', 'end']);
  });

  it('lets go of the stream when nobody reads on', async () => {
    const stream = new PassThrough();
    stream.write(frame(OUT, 'one\ntwo\n'));
    for await (const line of logLines(new Docker(), stream)) {
      expect(line).toBe('one');
      break;
    }
    await expect.poll(() => stream.destroyed).toBe(true);
  });
});
