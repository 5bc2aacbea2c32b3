/** Real values straight from the rows into the dictionary: none is kept, however many there are. */
import type { ExportSession } from '../ports/database-copy.ts';
import { type Dictionary, DictionaryBuilder } from './dictionary.ts';
import { inParallel } from './in-parallel.ts';

const NEWLINE = 10;

/** `selects`: each gives rows `kind, value`. They run beside each other, on the session's connections. */
export const readDictionary = async (
  session: ExportSession,
  selects: readonly string[],
  workers: number,
): Promise<Dictionary> => {
  const builder = new DictionaryBuilder();
  await inParallel(selects, workers, async (select) => {
    for await (const line of linesOf(session.copyOut(select))) {
      const [kind = '', value = ''] = line.split('\t');
      builder.add({ kind, value: unescaped(value) });
    }
  });
  return builder.finish();
};

async function* linesOf(rows: AsyncIterable<Buffer>): AsyncIterable<string> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of rows) {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    held = bytes.subarray(end);
    if (end > 0) yield* bytes.toString('utf8', 0, end - 1).split('\n');
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const unescaped = (text: string): string =>
  text.includes('\\') ? text.replace(/\\(.)/g, (_, sign: string) => ESCAPES[sign] ?? sign) : text;
