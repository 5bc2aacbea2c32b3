/** Pure: how tables are cut, so that what did not change since the last snapshot gives the same bytes and is not stored again. */
import type { KeyRange } from './select.ts';
import type { SourceTable } from './tables.ts';

/** About so much of a table goes into one object. */
const PART_BYTES = 4 * 1024 * 1024;
/** Smaller tables share objects: a thousand small ones would cost a thousand requests. */
const BUNDLED_BYTES = 256 * 1024;
const BUNDLES = 32;
/** Ids may have wide gaps; more ranges than this are made wider. */
const MOST_RANGES = 4096;

export const isBundled = ({ bytes }: SourceTable): boolean => bytes <= BUNDLED_BYTES;
export const isRanged = ({ bytes, integerKey }: SourceTable): boolean => bytes > PART_BYTES && integerKey;

/** By the table's name alone: another table that comes, goes or grows changes only its own bundle. */
export const bundleOf = (table: string): number => {
  let hash = 0;
  for (const byte of Buffer.from(table)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % BUNDLES;
};

/** Widths are powers of two and ranges begin at multiples of them: a table that grows is cut at the same places as before. */
export const rangesOf = (bytes: number, least: bigint, most: bigint): readonly KeyRange[] => {
  const ids = most - least + 1n;
  const perRange = (Number(ids) * PART_BYTES) / Math.max(bytes, 1);
  let width = 2n ** BigInt(Math.max(0, Math.floor(Math.log2(Math.max(perRange, 1)))));
  while (ids / width > MOST_RANGES) width *= 2n;
  const ranges: KeyRange[] = [];
  for (let from = floorTo(least, width); from <= most; from += width) ranges.push({ from, to: from + width });
  return ranges;
};

const floorTo = (value: bigint, width: bigint): bigint => {
  const rest = value % width;
  return rest < 0n ? value - rest - width : value - rest;
};
