import { describe, expect, it } from 'vitest';
import { buildDictionary, type RealValue } from './dictionary.ts';
import { ByteScanner } from './scan-bytes.ts';

const VALUES: readonly RealValue[] = [
  { kind: 'email', value: 'Anna.Peeters@acme-bikes.be' },
  { kind: 'name', value: 'Jérôme Dûpont' },
  { kind: 'name', value: "Bridget O'Brien" },
  { kind: 'name', value: 'Belgium' },
  { kind: 'phone', value: '+32 (0)2 555 12 34' },
  { kind: 'phone', value: '0475/12.34.56' },
  { kind: 'iban', value: 'BE71 0961 2345 6769' },
  { kind: 'vat', value: 'BE0477472701' },
];
const scanner = new ByteScanner(buildDictionary(VALUES));
const find = (text: string): string[] => {
  const hits: string[] = [];
  scanner.scan(Buffer.from(text), new Uint8Array(9).fill(1), (column, kind) => hits.push(`${column}:${kind}`));
  return hits;
};

describe('looking for real values', () => {
  it.each([
    ['1\tanna.peeters@acme-bikes.be\t2\n', '1:email'],
    ['1\t\\N\t"Anna" <ANNA.PEETERS@ACME-BIKES.BE>\n', '2:email'],
    ['{"en_US": "<p>mail anna.peeters@acme-bikes.be now</p>"}\n', '0:email'],
    ['hello\\nJérôme Dûpont\n', '0:name'],
    ['{"en_US": "hello\\\\nJérôme Dûpont"}\n', '0:name'],
    ['JÉRÔME DÛPONT\n', '0:name'],
    ['jérôme   dûpont\n', '0:name'],
    ['Bridget O&#39;Brien\n', '0:name'],
    ["bridget o'brien\n", '0:name'],
    ['call 02 555 12 34\n', '0:phone'],

    ['003225551234\n', '0:phone'],
    ['0475123456\n', '0:phone'],
    ['room 12 (0475) 12-34-56\n', '0:phone'],
    ['BE71096123456769\n', '0:iban'],
    ['pay to be71 0961 2345 6769 please\n', '0:iban'],
    ['BE 0477.472.701\n', '0:vat'],
    ['BE0477472701\n', '0:vat'],
  ])('finds %j', (text, hit) => {
    expect(find(text)).toContain(hit);
  });

  it.each([
    ['1\tanna\tpeeters@acme-bikes.be\n'],
    ['test+12@example.com\n'],
    ['Jérôme\tDûpont\n'],
    ['Belgium\n'],
    ['2024-01-05 10:11:12.123456\n'],
    ['04751234567\n'],
    ['\n\n\t\t\\N\n'],
    [''],
  ])('finds nothing in %j', (text) => {
    expect(find(text)).toEqual([]);
  });

  it('finds a national number by an international one, also where its sign was taken away', () => {
    const digitsOnly = new ByteScanner(buildDictionary([{ kind: 'phone', value: '32475998877' }]));
    const hits: string[] = [];
    digitsOnly.scan(Buffer.from('0475 99 88 77\n'), new Uint8Array(1).fill(1), (_, kind) => hits.push(kind));
    expect(hits).toEqual(['phone']);
  });

  it('finds a name whose letters outside ASCII are capitals and small ones', () => {
    const one = new ByteScanner(buildDictionary([{ kind: 'name', value: 'Éloïse Müller' }]));
    const hits: string[] = [];
    one.scan(Buffer.from('Éloïse Müller\n'), new Uint8Array(1), (_, kind) => hits.push(kind));
    expect(hits).toEqual(['name']);
  });

  it('passes over numbers, and over nothing else, in a column of numbers', () => {
    const hits: string[] = [];
    const rows = '12.50\tAnna.Peeters@acme-bikes.be\t2024-01-05\n7\t12 anna.peeters@acme-bikes.be\t\\N\n';
    scanner.scan(Buffer.from(rows), new Uint8Array(3), (column, kind) => hits.push(`${column}:${kind}`));
    expect(hits).toEqual(['1:email', '1:email']);
  });

  it('does not take amounts and ids for phone numbers', () => {
    const hits: string[] = [];
    scanner.scan(Buffer.from('475123456\n'), new Uint8Array(1), (_, kind) => hits.push(kind));
    expect(hits).toEqual([]);
  });

  it('finds each of a thousand people wherever they stand, and none of a thousand others', () => {
    const people = (from: number) =>
      Array.from({ length: 1000 }, (_, i) => ({ kind: 'name', value: `Given${from + i} Family${(from + i) * 7}` }));
    const many = new ByteScanner(buildDictionary(people(0)));
    const count = (list: readonly RealValue[]): number => {
      let hits = 0;
      const text = list.map(({ value }, i) => `${i}\tDear ${value}, hello\t${i * 3}.50`).join('\n');
      many.scan(Buffer.from(`${text}\n`), new Uint8Array(3), () => hits++);
      return hits;
    };
    expect(count(people(0))).toBe(1000);
    expect(count(people(5000))).toBe(0);
  });
});
