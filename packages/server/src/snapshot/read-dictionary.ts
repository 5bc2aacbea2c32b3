/** Real values straight from the rows into the dictionary: none is kept, however many there are. */
import type { ExportSession } from '../ports/database-copy.ts';
import { type Dictionary, DictionaryBuilder } from './dictionary.ts';
import { inParallel } from './in-parallel.ts';

const TAB = 9;
const NEWLINE = 10;

/** `selects`: each gives rows `kind, value`. They run beside each other, on the session's connections. */
export const readDictionary = async (
  session: ExportSession,
  selects: readonly string[],
  workers: number,
): Promise<Dictionary> => {
  const builder = new DictionaryBuilder();
  await inParallel(selects, workers, async (select) => {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of session.copyOut(select)) {
      const rows = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      // Of its own: the chunk's memory is used again.
      rest = Buffer.from(rows.subarray(addRows(rows, builder)));
    }
  });
  return builder.finish();
};

/** Answers where the row begins that is not whole. A loop without waiting: a promise for each value would cost more than the value. */
const addRows = (rows: Buffer, builder: DictionaryBuilder): number => {
  let start = 0;
  for (let end = rows.indexOf(NEWLINE); end >= 0; end = rows.indexOf(NEWLINE, start)) {
    const tab = rows.indexOf(TAB, start);
    builder.add({
      kind: rows.toString('utf8', start, tab),
      value: unescaped(rows.toString('utf8', tab + 1, end)),
    });
    start = end + 1;
  }
  return start;
};

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const unescaped = (text: string): string =>
  text.includes('\\') ? text.replace(/\\(.)/g, (_, sign: string) => ESCAPES[sign] ?? sign) : text;
