import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cuts, countRows, PartMemory, partsOf } from './parts.ts';

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

/** Texts by range, in order. */
const rangesFrom = async (text: string, [length, limit]: readonly [number, number], cuts: Cuts): Promise<string[]> => {
  const ranges: string[] = Array.from({ length: cuts.borders.length + 1 }, () => '');
  for await (const part of partsOf(cutEvery(text, length), new PartMemory(limit), cuts)) {
    expect(part.bytes.length).toBeGreaterThan(0);
    ranges[part.range] += part.bytes.toString();
    part.giveBack();
  }
  return ranges;
};

describe('parts of a stream of rows', () => {
  it('begins a part at each border of the key, wherever the key stands', async () => {
    const rows = 'a\t-3\tx\nb\t4\tx\nc\t5\tx\nd\t17\tx\n';
    expect(await rangesFrom(rows, [3, 100], { field: 1, borders: [0n, 5n, 9n, 20n] })).toEqual([
      'a\t-3\tx\n',
      'b\t4\tx\n',
      'c\t5\tx\n',
      'd\t17\tx\n',
      '',
    ]);
  });

  it('gives each row to its range, however the wire cuts and however small the parts are', async () => {
    const keys = fc
      .uniqueArray(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { maxLength: 40 })
      .map((list) => list.sort((a, b) => (a < b ? -1 : 1)));
    const sizes = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 4, max: 80 }));
    await fc.assert(
      fc.asyncProperty(keys, keys, sizes, async (ids, borders, [length, limit]) => {
        const row = (id: bigint): string => `${id}\t${'x'.repeat(Number(id & 15n))}\n`;
        const wanted = [null, ...borders].map((from, i) =>
          ids
            .filter((id) => (from === null || id >= from) && (borders[i] === undefined || id < borders[i]))
            .map(row)
            .join(''),
        );
        expect(await rangesFrom(ids.map(row).join(''), [length, limit], { field: 0, borders })).toEqual(wanted);
      }),
    );
  });

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
