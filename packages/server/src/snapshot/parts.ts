/** Cuts a stream of rows into parts at the ends of rows, always at the same places for the same bytes. */

/** A row that is longer makes a part of its own length. */
const PART_LIMIT = 8 * 1024 * 1024;
const NEWLINE = 10;

export async function* partsOf(rows: AsyncIterable<Buffer>, limit: number = PART_LIMIT): AsyncIterable<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of rows) {
    held.push(chunk);
    bytes += chunk.length;
    while (bytes >= limit) {
      const whole = join(held, bytes);
      const cut = cutOf(whole, limit);
      if (cut === 0) {
        held = [whole];
        break;
      }
      yield whole.subarray(0, cut);
      held = [whole.subarray(cut)];
      bytes = whole.length - cut;
    }
  }
  if (bytes > 0) yield join(held, bytes);
}

/** After the last row that ends within the limit, else after the first that ends at all; 0: none does yet. */
const cutOf = (whole: Buffer, limit: number): number => {
  const within = whole.lastIndexOf(NEWLINE, limit - 1);
  return within >= 0 ? within + 1 : whole.indexOf(NEWLINE, limit) + 1;
};

const join = (held: readonly Buffer[], bytes: number): Buffer =>
  held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held, bytes);

/** In COPY's text format a line end is written as `\n`, so each byte of that value ends a row. */
export const countRows = (part: Buffer): number => {
  let count = 0;
  for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1)) count++;
  return count;
};
