import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countRows, PartMemory, partsOf } from './parts.ts';

async function* cutEvery(text: string, length: number): AsyncIterable<Buffer> {
  for (let at = 0; at < text.length; at += length) yield Buffer.from(text.slice(at, at + length));
}
const partsFrom = async (text: string, length: number, limit: number): Promise<string[]> => {
  const parts: string[] = [];
  for await (const part of partsOf(cutEvery(text, length), new PartMemory(limit))) {
    parts.push(part.bytes.toString());
    part.giveBack();
  }
  return parts;
};

describe('parts of a stream of rows', () => {
  it('cuts after the last row that fits, and after a row that is longer than a part', async () => {
    expect(await partsFrom('a\nbb\nccc\n', 1, 6)).toEqual(['a\nbb\n', 'ccc\n']);
    expect(await partsFrom('a\n123456789\nb\n', 4, 6)).toEqual(['a\n', '123456789\n', 'b\n']);
    expect(await partsFrom('', 1, 6)).toEqual([]);
  });

  it('gives the same parts however the wire cuts, each of whole rows, and all bytes', async () => {
    const rows = fc.array(fc.stringMatching(/^[a-z]{0,40}$/)).map((list) => list.map((row) => `${row}\n`).join(''));
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 4, max: 30 }),
        async (text, length, limit) => {
          const parts = await partsFrom(text, length, limit);
          expect(parts.join('')).toBe(text);
          expect(parts).toEqual(await partsFrom(text, 1, limit));
          for (const part of parts) {
            expect(part.endsWith('\n')).toBe(true);
            if (part.length > limit) expect(countRows(Buffer.from(part))).toBe(1);
          }
        },
      ),
    );
  });

  it('uses memory again that was given back, and keeps none that a long row needed', () => {
    const memory = new PartMemory(8);
    const first = memory.take();
    memory.part(first, 3).giveBack();
    expect(memory.take()).toBe(first);
    memory.part(Buffer.alloc(16), 16).giveBack();
    expect(memory.take()).toHaveLength(8);
  });
});
