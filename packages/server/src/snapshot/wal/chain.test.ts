import { expect, test } from 'vitest';
import { chainFrom, readStretch, type Stretch, segmentFile, stretchName, untilMoment } from './chain.ts';

const stretch = (start: number, end: number, at = 0): Stretch => ({ start: BigInt(start), end: BigInt(end), at });

test('a chain takes what leads furthest, passes over what overlaps, and ends at a gap', () => {
  const all = [stretch(20, 30), stretch(0, 5), stretch(0, 10), stretch(8, 20), stretch(31, 40)];
  expect(chainFrom(all, 0n).map(({ start, end }) => [start, end])).toEqual([
    [0n, 10n],
    [8n, 20n],
    [20n, 30n],
  ]);
  expect(chainFrom(all, 30n)).toEqual([]);
});

test('behind a moment a minute more is taken, since some commits are written down late', () => {
  const chain = [stretch(0, 1, 1000), stretch(1, 2, 2000), stretch(2, 3, 63_000), stretch(3, 4, 90_000)];
  expect(untilMoment(chain, 2500)).toEqual(chain.slice(0, 3));
  expect(untilMoment(chain, 80_000)).toEqual(chain);
});

test('a name is read as it was written, and a segment is called as PostgreSQL calls it', () => {
  const of = { project: 'shop', system: '7710', timeline: 3 };
  const one = stretch(0x1_2300_0000, 0x1_2400_0000, 1795260707273);
  expect(stretchName(of, one)).toBe('wal/shop/7710-00000003/0000000123000000-0000000124000000-1795260707273');
  expect(readStretch(stretchName(of, one))).toEqual(one);
  expect(segmentFile(3, one.start, 16 * 1024 * 1024)).toBe('000000030000000100000023');
});
