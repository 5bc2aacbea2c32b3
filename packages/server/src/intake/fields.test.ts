import { describe, expect, it } from 'vitest';
import * as fields from './fields.ts';

const { count, flag, list, moment, nullable, object, oneOf, orNull, readFields, text, withDefault } = fields;
const problem = (reader: fields.Reader<unknown>, value: unknown): string => {
  try {
    return `read ${JSON.stringify(readFields(reader, value))}`;
  } catch (error) {
    return (error as { facts: { reason: string } }).facts.reason;
  }
};

describe('the fields of a payload', () => {
  it('are read as far as they are asked for', () => {
    const reader = object({ a: object({ b: list(text()) }), c: count, d: flag });

    expect(readFields(reader, { a: { b: ['x'], other: 1 }, c: 7, d: true, other: {} })).toEqual({
      a: { b: ['x'] },
      c: 7,
      d: true,
    });
  });

  it('are told with their places, three at most, and without what stood there', () => {
    const reader = object({ a: list(object({ b: count })), c: flag, d: text(), e: text() });

    expect(problem(reader, { a: [{ b: 1 }, { b: 'hunter2' }], c: 'hunter2', d: 5 })).toBe(
      'a.1.b: a whole number from 1 is expected; c: true or false is expected; d: a text is expected',
    );
  });

  it.each([undefined, null, [], 'x', 5])('are not read one by one of %j, which has none', (value) => {
    expect(problem(object({ a: text(), b: object({ c: text() }) }), value)).toBe('body: an object is expected');
  });

  it.each([0, -1, 1.5, '1', 2 ** 53, Number.NaN, null])('do not take %j for a number', (value) => {
    expect(problem(count, value)).toContain('a whole number');
  });

  it('are not taken from what every object has', () => {
    expect(problem(object({ constructor: fields.anything }), {})).toBe('read {}');
    expect(problem(object({ toString: text() }), {})).toBe('toString: a text is expected');
    expect(problem(object({ ['__proto__']: text() }), JSON.parse('{"__proto__": "x"}'))).not.toContain('expected');
  });

  it('may be absent or null where that is said', () => {
    expect(problem(object({ a: withDefault(flag, false), b: orNull(text()), c: nullable(text()) }), { c: null })).toBe(
      'read {"a":false,"b":null,"c":null}',
    );
    expect(problem(object({ a: withDefault(flag, false) }), { a: null })).toBe('a: true or false is expected');
    expect(problem(object({ c: nullable(text()) }), {})).toBe('c: a text is expected');
  });

  it('are one of a few words', () => {
    expect(problem(oneOf('open', 'closed'), 'closed')).toBe('read "closed"');
    expect(problem(oneOf('open', 'closed'), 'constructor')).toBe('body: one of open, closed is expected');
  });

  it.each([
    ['2026-11-20T12:00:00+02:00', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T10:00:00.5Z', '2026-11-20T10:00:00.500Z'],
  ])('put the time %s into one form', (given, expected) => expect(readFields(moment, given)).toBe(expected));

  it.each(['2026-11-20', '2026-11-20T10:00:00', '2026-13-20T10:00:00Z', 'yesterday', 5, null])(
    'do not take %j for a time',
    (value) => expect(problem(moment, value)).toContain('ISO 8601'),
  );
});
