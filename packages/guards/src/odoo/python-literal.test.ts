import { describe, expect, test } from 'vitest';
import { type PythonValue, parsePythonLiteral } from './python-literal.ts';

const plain = (value: PythonValue): unknown =>
  value instanceof Map
    ? Object.fromEntries([...value].map(([key, each]) => [String(key), plain(each)]))
    : Array.isArray(value)
      ? value.map(plain)
      : value;
const read = (text: string): unknown => {
  const parsed = parsePythonLiteral(text);
  return parsed.ok ? plain(parsed.value) : `${parsed.line}:${parsed.column} ${parsed.reason}`;
};

describe('a Python literal', () => {
  test.each<[string, unknown]>([
    ['{\'a\': 1, "b": [True, False, None,],}', { a: 1, b: [true, false, null] }],
    ["# -*- coding: utf-8 -*-\n\n{\n  'a': 'x'  # why\n       'y',\n}\n# end\n", { a: 'xy' }],
    ["('a', )", ['a']],
    ["('a')", 'a'],
    ['()', []],
    ["{'a', 'b'}", ['a', 'b']],
    ['{}', {}],
    ['[-1, +2, 0x1F, 0b11, 0o17, 1_000, 1.5, .5, 2., 1e3, 1E-2]', [-1, 2, 31, 3, 15, 1000, 1.5, 0.5, 2, 1000, 0.01]],
    ['"""a\n"b" \'c\'"""', 'a\n"b" \'c\''],
    ["'''it''' \"s\"", 'its'],
    ["r'\\d\\n' u'ü' b'\\xff' R\"\\\"\"", '\\d\\nüÿ\\"'],
    ["'\\t\\\\\\'\\x41\\101\\u00e9\\U0001F600\\q\\\nz'", "\t\\'AAé😀\\qz"],
    ["{'a': {'b': ({'c': []},)}}", { a: { b: [{ c: [] }] } }],
    ["{'a':\r\n 'b\\\r\nc'}", { a: 'bc' }],
    ["{'__proto__': 'x'}", Object.fromEntries([['__proto__', 'x']])],
    ["{'a': 1, 'a': 2}", { a: 2 }],
  ])('%j is read', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  test.each([
    ['', '1:1 the file is empty'],
    ["{'a': open('/etc/passwd').read()}", '1:7 the name open is code, not a literal'],
    ["{'a': __import__('os').system('id')}", '1:7 the name __import__ is code, not a literal'],
    ["{\n  'a': f'{x}',\n}", '2:8 f-strings are code, not literals'],
    ["{'a': 'b' + 'c'}", '1:11 expected , or }'],
    ["{'a': 1\n 'b': 2}", '2:2 expected , or }'],
    ["{'a': 'b\n'}", '1:7 a string is never closed'],
    ["{'a': [1, 2}", '1:12 expected , or ]'],
    ["{'a': 1", '1:8 expected , or }'],
    ["{['a']: 1}", '1:2 a list cannot be a key'],
    ["{'a': 1}\n{'b': 2}", '2:1 only one literal is taken, but more follows'],
    ["{'a': 1}['a']", '1:9 only one literal is taken, but more follows'],
    ["{'a': 010}", '1:7 a decimal number cannot start with 0'],
    ["{'a': 1j}", '1:8 a number is followed by a letter'],
    ["'a'\n'b'", '2:1 only one literal is taken, but more follows'],
    ["{'a': '\\x4'}", '1:8 the escape \\x is incomplete or not taken here'],
    ["{'a': **b}", '1:7 unexpected "*"'],
    ["{'a': -'b'}", '1:8 a sign stands before something that is not a number'],
    ['['.repeat(5000), '1:101 nested deeper than 100 levels'],
  ])('%j is refused with line and column', (text, message) => {
    expect(read(text)).toBe(message);
  });

  test('tells where each value stands, and of what is not there, where its container does', () => {
    const parsed = parsePythonLiteral(
      "{\r\n  'depends': ['a',\r\n    'b' 'c'],\r\n  'assets': {'x': [('after', 'y')]},\r\n}",
    );
    const place = (...path: (string | number)[]): string => {
      const { line, column } = parsed.ok ? parsed.place(path) : { line: 0, column: 0 };
      return `${line}:${column}`;
    };

    expect(place('depends')).toBe('2:14');
    expect(place('depends', 0)).toBe('2:15');
    expect(place('depends', 1)).toBe('3:5');
    expect(place('assets', 'x', 0, 1)).toBe('4:30');
    expect(place('assets', 'z')).toBe('4:13');
    expect(place('nothing')).toBe('1:1');
  });

  test('with 60,000 keys is read in seconds', () => {
    const text = `{${Array.from({ length: 60_000 }, (_, index) => `'k${index}': 1`).join(',\n')}}`;
    const started = performance.now();

    expect(parsePythonLiteral(text).ok).toBe(true);

    expect(performance.now() - started).toBeLessThan(5000);
  });
});
