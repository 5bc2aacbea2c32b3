/** Cuts a stream of rows into parts at the ends of rows, always at the same places for the same bytes. */

/** A row that is longer makes a part of its own length. */
const PART_LIMIT = 8 * 1024 * 1024;
const NEWLINE = 10;
const TAB = 9;

/** Whole rows, in memory that is used again once they are given back. */
export interface Part {
  readonly bytes: Buffer;
  /** Which of the ranges the rows belong to; 0: the first, or there are none. */
  readonly range: number;
  giveBack(): void;
}

/**
 * Memory of parts: the same few pieces for all rows, because new memory costs more than what is written into it, and what is thrown
 * away makes V8 look through its whole heap again and again. Shared, so that the scanner's thread looks at it where it is.
 */
export class PartMemory {
  readonly limit: number;
  readonly #free: Buffer[] = [];

  constructor(limit: number = PART_LIMIT) {
    this.limit = limit;
  }

  take(): Buffer {
    return this.#free.pop() ?? sharedBuffer(this.limit);
  }

  part(whole: Buffer, length: number, range = 0): Part {
    return {
      bytes: whole.subarray(0, length),
      range,
      giveBack: () => {
        // What a row needed that was longer is not kept.
        if (whole.length === this.limit) this.#free.push(whole);
      },
    };
  }
}

const sharedBuffer = (bytes: number): Buffer => Buffer.from(new SharedArrayBuffer(bytes));

/** Rows in the order of an integer, which stands in one of their fields, and where they are cut besides. */
export interface Cuts {
  readonly field: number;
  /** Rows at or above one belong to the next range. Ascending. */
  readonly borders: readonly bigint[];
}
const NO_CUTS: Cuts = { field: 0, borders: [] };

/** `held`: rows, and the beginning of one. */
export async function* partsOf(
  rows: AsyncIterable<Buffer>,
  memory: PartMemory,
  { field, borders }: Cuts = NO_CUTS,
): AsyncIterable<Part> {
  let held = memory.take();
  let used = 0;
  let range = 0;
  for await (const chunk of rows) {
    for (let at = 0; at < chunk.length; ) {
      const end = endOfTaken(chunk, at, memory.limit - used);
      held = withRoom(held, used, end - at);
      chunk.copy(held, used, at, end);
      used += end - at;
      at = end;
      for (;;) {
        const border = borders[range];
        const passed = border === undefined ? null : firstFrom(border, held.subarray(0, used), field);
        const cut = passed ?? (used < memory.limit ? 0 : held.lastIndexOf(NEWLINE, used - 1) + 1);
        if (cut > 0) {
          const next = memory.take();
          const larger = withRoom(next, 0, used - cut);
          held.copy(larger, 0, cut, used);
          yield memory.part(held, cut, range);
          held = larger;
          used -= cut;
        }
        if (passed === null) break;
        range++;
      }
    }
  }
  if (used > 0) yield memory.part(held, used, range);
  else memory.part(held, 0).giveBack();
}

/** Where the first row begins whose field is not below; null: none that is whole. The last one tells whether there is any, so most chunks cost one look. */
const firstFrom = (border: bigint, rows: Buffer, field: number): number | null => {
  const end = rows.lastIndexOf(NEWLINE);
  if (end < 0) return null;
  let high = startOfRow(rows, end);
  if (fieldOf(rows, high, field) < border) return null;
  for (let low = 0; low < high; ) {
    const start = startOfRow(rows, Math.floor((low + high) / 2));
    if (fieldOf(rows, start, field) >= border) high = start;
    else low = rows.indexOf(NEWLINE, start) + 1;
  }
  return high;
};

const startOfRow = (rows: Buffer, at: number): number => (at === 0 ? 0 : rows.lastIndexOf(NEWLINE, at - 1) + 1);

const fieldOf = (rows: Buffer, start: number, field: number): bigint => {
  let from = start;
  for (let i = 0; i < field; i++) from = rows.indexOf(TAB, from) + 1;
  let to = from;
  while (rows[to] !== TAB && rows[to] !== NEWLINE) to++;
  return BigInt(rows.toString('latin1', from, to));
};

/** As much as there is room for; of a row that is longer than a part, all of it. */
const endOfTaken = (chunk: Buffer, at: number, room: number): number => {
  if (room > 0) return Math.min(chunk.length, at + room);
  const newline = chunk.indexOf(NEWLINE, at);
  return newline < 0 ? chunk.length : newline + 1;
};

const withRoom = (held: Buffer, used: number, more: number): Buffer => {
  if (used + more <= held.length) return held;
  const larger = sharedBuffer(Math.max(held.length * 2, used + more));
  held.copy(larger, 0, 0, used);
  return larger;
};

/** In COPY's text format a line end is written as `\n`, so each byte of that value ends a row. */
export const countRows = (part: Buffer): number => {
  let count = 0;
  for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1)) count++;
  return count;
};
