/** Cuts a stream of rows into parts at the ends of rows, always at the same places for the same bytes. */

/** A row that is longer makes a part of its own length. */
const PART_LIMIT = 8 * 1024 * 1024;
const NEWLINE = 10;

/** Whole rows, in memory that is used again once they are given back. */
export interface Part {
  readonly bytes: Buffer;
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

  part(whole: Buffer, length: number): Part {
    return {
      bytes: whole.subarray(0, length),
      giveBack: () => {
        // What a row needed that was longer is not kept.
        if (whole.length === this.limit) this.#free.push(whole);
      },
    };
  }
}

const sharedBuffer = (bytes: number): Buffer => Buffer.from(new SharedArrayBuffer(bytes));

/** `held`: rows, and the beginning of one. */
export async function* partsOf(rows: AsyncIterable<Buffer>, memory: PartMemory): AsyncIterable<Part> {
  let held = memory.take();
  let used = 0;
  for await (const chunk of rows) {
    for (let at = 0; at < chunk.length; ) {
      const end = endOfTaken(chunk, at, memory.limit - used);
      held = withRoom(held, used, end - at);
      chunk.copy(held, used, at, end);
      used += end - at;
      at = end;
      if (used < memory.limit) continue;
      const cut = held.lastIndexOf(NEWLINE, used - 1) + 1;
      if (cut === 0) continue;
      const next = memory.take();
      held.copy(next, 0, cut, used);
      yield memory.part(held, cut);
      held = next;
      used -= cut;
    }
  }
  if (used > 0) yield memory.part(held, used);
  else memory.part(held, 0).giveBack();
}

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
