import { describe, expect, it } from 'vitest';
import type { ExportSession } from '../ports/database-copy.ts';
import { readDictionary } from './read-dictionary.ts';
import { ByteScanner } from './scan-bytes.ts';

const ROWS: Readonly<Record<string, readonly string[]>> = {
  // Cut in the middle of a row and of a letter, as a wire cuts.
  people: ['name\tAnna Pee', 'ters\nname\tJ\u00e9r\u00f4me', ' D\u00fbpont\nname\tKarl\\nvon', ' Berg\n'],
  addresses: ['email\tanna@acme-bikes.be\nemail\tanna@acme-bikes.be\n'],
  nothing: [],
};
const session = {
  async *copyOut(select: string) {
    for (const text of ROWS[select] ?? []) {
      const bytes = Buffer.from(text);
      yield bytes.subarray(0, bytes.length - 1);
      yield bytes.subarray(bytes.length - 1);
    }
  },
} as unknown as ExportSession;

describe('reading real values into the dictionary', () => {
  it('has each once, wherever the rows were cut and whatever COPY escaped', async () => {
    const dictionary = await readDictionary(session, ['people', 'addresses', 'nothing'], 2);
    const scanner = new ByteScanner(dictionary);
    const find = (text: string): string[] => {
      const hits: string[] = [];
      scanner.scan(Buffer.from(text), Uint8Array.of(1), (_, kind) => hits.push(kind));
      return hits;
    };
    expect(find('hello Anna Peeters\n')).toEqual(['name']);
    expect(find('J\u00e9r\u00f4me D\u00fbpont\n')).toEqual(['name']);
    expect(find('Karl von Berg\n')).toEqual(['name']);
    expect(find('anna@acme-bikes.be\n')).toEqual(['email']);
    const once = await readDictionary(session, ['addresses', 'addresses'], 2);
    expect(once.values).toBe(1);
  });
});
