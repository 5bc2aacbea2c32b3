/** Values for the fuzzing of the API: made from a JSON Schema, made wrong in one place, or hostile. */
import fc from 'fast-check';
import type { z } from 'zod';
import { openSchemas } from '../../packages/contracts/src/openapi-schemas.ts';

type Schema = { readonly [key: string]: unknown };

export const HOSTILE: readonly string[] = [
  ...[
    "'",
    '"',
    "'; drop table ops.runs; --",
    '\\',
    '%',
    '_',
    '$1',
    '$' + '{1}',
    '{{7*7}}',
    '`',
    '`id`',
    '$(id)',
    '-',
    '--help',
  ],
  ...[
    '..',
    '.',
    '../../etc/passwd',
    '..\\..\\x',
    '/',
    '//',
    '/etc/passwd',
    'C:\\x',
    'file:///etc/passwd',
    'http://127.0.0.1:1/',
  ],
  ...[
    '\0',
    'a\0b',
    '\n',
    '\r\nSet-Cookie: a=b',
    '\t',
    ' ',
    '\u001b[31m',
    '\u202e',
    '\ufeff',
    '\ufffd',
    '\ud800',
    'a\udc00',
  ],
  ...[
    'é',
    'e\u0301',
    'ß',
    'İ',
    '💣',
    '👨‍👩‍👧‍👦',
    'ﷺ',
    'Z\u0351\u036b'.repeat(50),
    '<script>alert(1)</script>',
    '<img src=x onerror=y>',
  ],
  ...[
    'null',
    'undefined',
    'NaN',
    'Infinity',
    '-1',
    '0',
    '1e309',
    '99999999999999999999',
    '0x10',
    '1.5',
    'true',
    '[]',
    '{}',
  ],
  ...[
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'toString',
    'x'.repeat(101),
    'x'.repeat(5000),
    '2026-99-99T99:99:99Z',
  ],
  ...[
    '9999-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    'postgresql://',
    'postgresql://u:p@127.0.0.1:1/x',
    'postgresql://u@127.0.0.1:1/%zz',
    'slipway_',
    'shop',
    'shop/pr-1',
  ],
];
export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);

/** Anything that JSON has, nested a little. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  hostile,
  fc.constantFrom(null, true, false, 0, -1, 1.5, 2 ** 53, -(2 ** 63), 1e308, '', [], {}),
  fc.jsonValue({ maxDepth: 3 }),
);

const textOf = ({ pattern, format, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> => {
  const [least, most] = [Number(minLength), Math.min(Number(maxLength), Number(minLength) + 60)];
  if (format === 'date-time')
    return fc
      .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (format === 'email') return fc.emailAddress();
  if (typeof pattern !== 'string') return fc.string({ unit: 'grapheme', minLength: least, maxLength: most });
  try {
    return fc.stringMatching(new RegExp(pattern));
  } catch {
    // What the generator of strings cannot follow (looking ahead).
    return fc.string({ minLength: least, maxLength: most });
  }
};

const fieldsOf = (schema: Schema, components: Schema): fc.Arbitrary<unknown> => {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  const required = (schema['required'] ?? []) as string[];
  const model = Object.fromEntries(properties.map(([name, inner]) => [name, fitsFor(inner, components)]));
  return fc.record(model, { requiredKeys: required.filter((name) => name in model), noNullPrototype: true });
};

const KINDS: Readonly<Record<string, (schema: Schema, components: Schema) => fc.Arbitrary<unknown>>> = {
  string: textOf,
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
  integer: ({ minimum = -5, maximum = 1e6 }) =>
    fc.integer({ min: Math.max(Number(minimum), -(2 ** 31)), max: Math.min(Number(maximum), 2 ** 31) }),
  number: () => fc.double({ noNaN: true }),
  array: ({ items = {}, minItems = 0 }, components) =>
    fc.array(fitsFor(items as Schema, components), { minLength: Number(minItems), maxLength: 4 }),
  object: fieldsOf,
};

/** What fits a schema, as far as a JSON Schema can say. */
const fitsFor = (schema: Schema, components: Schema): fc.Arbitrary<unknown> => {
  if (typeof schema['$ref'] === 'string')
    return fitsFor(components[schema['$ref'].split('/').at(-1) ?? ''] as Schema, components);
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum']);
  const options = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined;
  if (options !== undefined) return fc.oneof(...options.map((option) => fitsFor(option, components)));
  return KINDS[String(schema['type'])]?.(schema, components) ?? anything;
};

export const fitting = (schema: z.ZodType): fc.Arbitrary<unknown> => {
  const schemas = openSchemas();
  const shape = schemas.of(schema, 'input');
  return fitsFor(shape, schemas.components);
};

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same with one thing wrong: a field is missing, is too many, has another type, a hostile value or far too much. */
export const nearly = (fits: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(fits, fc.nat(), anything, hostile, fc.constantFrom('drop', 'extra', 'replace', 'long', 'whole', 'nest'))
    .map(([value, at, other, name, how]) => {
      if (!isFields(value) || how === 'whole') return other;
      const names = Object.keys(value);
      const chosen = names[at % Math.max(names.length, 1)] ?? 'x';
      if (how === 'extra') return { ...value, [name]: other };
      if (how === 'drop') return Object.fromEntries(Object.entries(value).filter(([key]) => key !== chosen));
      if (how === 'long') return { ...value, [chosen]: 'x'.repeat(100_000) };
      if (how === 'nest') return { ...value, [chosen]: { [chosen]: value[chosen] } };
      return { ...value, [chosen]: other };
    });
