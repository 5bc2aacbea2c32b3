import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ColumnFacts, TableFacts } from '../../../domain/catalog.ts';
import { Secret } from '../../../domain/secret.ts';
import { expressionOf, type Mask } from './masks.ts';
import { amountFactor, maskingSession } from './session.ts';

const column = (facts: Partial<ColumnFacts>): ColumnFacts => ({
  name: 'c',
  type: 'character varying',
  maxLength: null,
  notNull: false,
  generated: false,
  unique: false,
  label: null,
  ...facts,
});
const TABLE: TableFacts = {
  name: 't',
  primaryKey: ['id'],
  rows: 1,
  bytes: 1,
  columns: [],
  foreignKeys: [],
  model: null,
};
const TRANSLATED = column({
  type: 'jsonb',
  label: {
    model: 'x',
    field: 'c',
    ttype: 'char',
    relation: null,
    translate: true,
    companyDependent: false,
    related: null,
    state: 'base',
  },
});

describe('masks, as PostgreSQL carries them out', () => {
  let client: pg.Client;
  const use = async (key: string): Promise<void> => {
    for (const { text, parameters } of maskingSession(new Secret(key))) await client.query(text, [...parameters]);
  };
  beforeAll(async () => {
    client = new pg.Client({ connectionString: inject('postgresUrl') });
    await client.connect();
    await use('one');
  });
  afterAll(() => client?.end());

  const masked = async (value: unknown, mask: Mask, facts = column({}), id = 7): Promise<unknown> => {
    const sql = expressionOf(TABLE, facts, mask) ?? 't.c';
    const { rows } = await client.query(`select ${sql} as v from (select $1::int as id, $2::${facts.type} as c) t`, [
      id,
      value,
    ]);
    return rows[0].v;
  };
  const text = (mask: Extract<Mask, { kind: 'text' }>['mask']): Mask => ({ kind: 'text', mask });

  it('gives the same person the same mask whatever the case and the blanks around the address', async () => {
    const mask = await masked('jane@acme.test', text('email'));
    expect(mask).toMatch(/^test\+[0-9a-f]{14}@example\.com$/);
    expect(await masked('  Jane@ACME.test ', text('email'))).toBe(mask);
    expect(await masked('bob@acme.test', text('email'))).not.toBe(mask);
  });

  it('gives other masks under another key, and the old ones again under the old key', async () => {
    const before = await masked('Jane Doe', text('name'));
    await use('two');
    const other = await masked('Jane Doe', text('name'));
    await use('one');
    expect(other).not.toBe(before);
    expect(await masked('Jane Doe', text('name'))).toBe(before);
  });

  it('keeps the form of an address with a name, and of a list', async () => {
    const name = await masked('Jane Doe', text('name'));
    const email = await masked('jane@acme.test', text('email'));
    const bob = await masked('bob@acme.test', text('email'));
    expect(await masked('"Jane Doe" <jane@acme.test>', text('email'))).toBe(`"${name}" <${email}>`);
    expect(await masked('jane@acme.test; bob@acme.test', text('email'))).toBe(`${email}, ${bob}`);
  });

  it('masks a name that is made of names part by part', async () => {
    const company = await masked('Acme BV', text('name'));
    const person = await masked('Jane Doe', text('name'));
    expect(await masked('Acme BV, Jane Doe', text('name'))).toBe(`${company}, ${person}`);
    expect(person).toMatch(/^[A-Z][a-z]{5} [A-Z]?[a-z]{7,8}$/);
  });

  it('draws phone numbers out of a range that nobody has, the same with and without country code', async () => {
    const mask = await masked('+32 470 12 34 56', text('phone'));
    expect(mask).toMatch(/^\+1\d{3}55501\d\d$/);
    expect(await masked('0470123456', text('phone'))).toBe(mask);
    expect(await masked('+32470123456', text('phone'))).toBe(mask);
  });

  it('makes account numbers of the same country and length with right check digits, of a bank that there is not', async () => {
    const remainder = (iban: string): bigint =>
      BigInt([...(iban.slice(4) + iban.slice(0, 4))].map((c) => Number.parseInt(c, 36).toString()).join('')) % 97n;
    for (const real of ['BE71096123456769', 'DE89370400440532013000', 'NL91ABNA0417164300', 'GB29NWBK60161331926819']) {
      const mask = String(await masked(real, text('iban')));
      expect(mask.slice(0, 2)).toBe(real.slice(0, 2));
      expect(mask).toHaveLength(real.length);
      expect(remainder(mask)).toBe(1n);
      expect(mask.slice(4, 8)).toMatch(/^(0000|XXXX)$/);
    }
    const spaced = String(await masked('BE71 0961 2345 6769', text('iban')));
    expect(spaced.replaceAll(' ', '')).toBe(await masked('BE71096123456769', text('iban')));
    expect(spaced).toMatch(/^BE\d\d( \d{4}){3}$/);
    expect(await masked('123-4567890-12', text('iban'))).toMatch(/^\d{12}$/);
  });

  it('keeps the form of tax numbers and postal codes', async () => {
    expect(await masked('BE0477472701', text('tax-id'))).toMatch(/^BE00\d{8}$/);
    expect(await masked('NL123456789B01', text('tax-id'))).toMatch(/^NL00\d{7}[A-Z]\d\d$/);
    expect(await masked('80.01.15-007.17', text('tax-id'))).toMatch(/^00\.\d\d\.\d\d-\d{3}\.\d\d$/);
    expect(await masked('SW1A 2AA', text('zip'))).toMatch(/^[A-Z]{2}\d[A-Z] \d[A-Z]{2}$/);
  });

  it('keeps the tags of html and the length of its text, and nothing else, however hostile it is', async () => {
    expect(await masked('<p>Hello <b>Jane</b>,</p>\n<ul><li>one</li></ul>', text('html'))).toBe(
      '<p>lorem <b>lore</b>l</p>\n<ul><li>lor</li></ul>',
    );
    const hostile = [
      '<p title="a > SECRET">x</p>',
      "<a href='mailto:SECRET@x.test'>y</a>",
      '<!-- SECRET --><p>z</p>',
      '<SECRET>x</SECRET>',
      'a < SECRET > b',
      '<p SECRET',
      '<<p>>SECRET',
      '<script>SECRET</script>',
      '<P\nclass=SECRET>t</P>',
      '<p/SECRET>',
      'SECRET',
      '<b>SECRET',
      '</SECRET',
    ];
    for (const value of hostile) expect(await masked(value, text('html'))).not.toContain('SECRET');
  });

  it('leaves nothing of free text but its length', async () => {
    const value = 'Call Jane after four, she knows. '.repeat(20);
    const mask = String(await masked(value, text('text')));
    expect(mask).toHaveLength(value.length);
    expect(mask).not.toContain('Jane');
  });

  it('keeps lengths in bytes, also of texts that are longer than our own words', async () => {
    const long = 'x'.repeat(1234);
    expect(await masked(`<p>${long}</p>`, text('html'))).toMatch(/^<p>[a-wyz ,]{1234}<\/p>$/);
    expect(await masked(`<div class="a">${long}<b>x</b></div>`, text('html'))).toMatch(
      /^<div>[a-wyz ,]{1234}<b>l<\/b><\/div>$/,
    );
    expect(await masked('\u00e9\u00e9\u00e9', text('text'))).toBe('lorem ');
    expect(await masked('<p>\u00e9\u00e9<br> \t</p>', text('html'))).toBe('<p>lore<br> \t</p>');
  });

  it('masks each language of a translated text, and what is no text in it goes', async () => {
    const mask = (await masked(
      '{"en_US": "Jane", "fr_BE": "Jeanne", "de_DE": null}',
      text('name'),
      TRANSLATED,
    )) as object;
    expect(Object.keys(mask).sort()).toEqual(['de_DE', 'en_US', 'fr_BE']);
    expect(JSON.stringify(mask)).not.toMatch(/Jean?ne?"/);
    expect(await masked('["Jane"]', text('name'), TRANSLATED)).toBeNull();
    expect(await masked('"Jane"', text('name'), TRANSLATED)).toBeNull();
  });

  it('leaves nothing where nothing was', async () => {
    for (const name of ['name', 'email', 'phone', 'iban', 'html', 'tax-id', 'login'] as const) {
      expect(await masked(null, text(name))).toBeNull();
      expect(await masked('', text(name))).toBe('');
    }
  });

  it('keeps different values different where they have to be, also those that differ in case only', async () => {
    const unique = column({ unique: true });
    for (const name of ['email', 'login', 'phone', 'text', 'reference', 'name', 'label'] as const) {
      const values = ['jane@acme.test', 'Jane@acme.test', 'JANE@acme.test', '0470123456', '+32470123456', '470123456'];
      const masks = new Set<unknown>();
      for (const value of values) masks.add(await masked(value, text(name), unique));
      expect(masks.size, name).toBe(values.length);
    }
    expect(await masked('jane@acme.test', text('login'), unique)).toBe(await masked('jane@acme.test', text('email')));
  });

  it('fits what a column takes', async () => {
    for (const name of ['name', 'email', 'iban', 'html', 'token'] as const)
      expect(
        String(await masked('Jane D', text(name), column({ type: 'character varying(8)', maxLength: 8 }))).length,
      ).toBeLessThanOrEqual(8);
  });

  it('multiplies amounts exactly, whatever their type', async () => {
    const factor = amountFactor(new Secret('one'));
    expect(factor).toMatch(/^(0\.[89]\d\d|1\.[012]\d\d)$/);
    const numeric = column({ type: 'numeric' });
    const parts = [];
    for (const value of ['0.1', '0.7', '0.8']) parts.push(await masked(value, { kind: 'amount' }, numeric));
    const { rows } = await client.query('select $1::numeric + $2::numeric = $3::numeric as equal', parts);
    expect(rows[0].equal).toBe(true);
    expect(await masked(100, { kind: 'amount' }, column({ type: 'double precision' }))).toBeCloseTo(
      100 * Number(factor),
      9,
    );
    expect(await masked('{"1": 10, "2": null, "3": "Jane"}', { kind: 'amount' }, column({ type: 'jsonb' }))).toEqual({
      1: 10 * Number(factor),
      2: null,
      3: null,
    });
  });

  it('keeps the factor between 0.8 and 1.2 and away from 1, under any key', () => {
    for (let i = 0; i < 2000; i++) {
      const factor = Number(amountFactor(new Secret(`key ${i}`)));
      expect(factor).toBeGreaterThanOrEqual(0.8);
      expect(factor).toBeLessThanOrEqual(1.2);
      expect(Math.abs(factor - 1)).toBeGreaterThanOrEqual(0.02 - 1e-9);
    }
  });

  it('moves a date by days, the same date always alike', async () => {
    const date = column({ type: 'date' });
    const moved = String(await masked('1980-01-15', { kind: 'date' }, date));
    expect(String(await masked('1980-01-15', { kind: 'date' }, date, 8))).toBe(moved);
  });

  it('puts something neutral where a column demands a value', async () => {
    const nothing: Mask = { kind: 'null' };
    expect(await masked('x', nothing)).toBeNull();
    expect(await masked('x', nothing, column({ notNull: true }))).toBe('');
    expect(await masked('x', nothing, column({ notNull: true, unique: true }))).toBe('none-7');
    expect(await masked('{"a": 1}', nothing, column({ type: 'jsonb', notNull: true }))).toEqual({});
    expect(await masked('{a,b}', text('text'), column({ type: 'text[]' }))).toBeNull();
  });

  it('never has the key in the text of a statement', () => {
    const session = maskingSession(new Secret('one'));
    const key = String(session.at(-2)?.parameters[0]);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    for (const { text: statement } of session) expect(statement).not.toContain(key);
  });
});
