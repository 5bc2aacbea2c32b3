/** Python string literals: prefixes, quotes, escapes. */

export interface ScannedString {
  readonly value: string;
  /** Offset after the closing quote. */
  readonly end: number;
}

/** What is wrong, and where; turned into line and column by the parser. */
export class LiteralError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.name = 'LiteralError';
    this.offset = offset;
  }
}

const START = /([a-z]{0,2})('''|"""|'|")/iy;
const PREFIXES = new Set(['', 'r', 'u', 'b', 'br', 'rb']);

/** The string literal at `offset`, or undefined if none starts there. */
export const scanString = (text: string, offset: number): ScannedString | undefined => {
  START.lastIndex = offset;
  const start = START.exec(text);
  if (start === null) return undefined;
  const prefix = (start[1] ?? '').toLowerCase();
  const quote = start[2] ?? '';
  if (!PREFIXES.has(prefix)) throw new LiteralError(`${prefix}-strings are code, not literals`, offset);
  const from = START.lastIndex;
  const end = closingQuote(text, from, quote);
  if (end === undefined) throw new LiteralError('a string is never closed', offset);
  const body = text.slice(from, end);
  const value = prefix.includes('r') ? body : decodeEscapes(body, from, prefix.includes('b'));
  return { value, end: end + quote.length };
};

const closingQuote = (text: string, from: number, quote: string): number | undefined => {
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text.startsWith(quote, index)) return index;
    else if (text[index] === '\n' && quote.length === 1) return undefined;
  }
  return undefined;
};

const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const ESCAPE = /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g;

/** Unknown escapes keep their backslash, as in Python. */
const decodeEscapes = (body: string, offset: number, bytes: boolean): string =>
  body.replace(ESCAPE, (whole, octal, hex, short, long, other, at: number) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (bytes) return SIMPLE[whole[1] ?? ''] ?? whole;
    return wideCharacter(short ?? long, offset + at) ?? simpleEscape(other, whole, offset + at);
  });

const wideCharacter = (digits: string | undefined, offset: number): string | undefined => {
  const code = digits === undefined ? undefined : Number.parseInt(digits, 16);
  if (code !== undefined && code > 0x10ffff) throw new LiteralError('an escape names no character', offset);
  return code === undefined ? undefined : String.fromCodePoint(code);
};

const simpleEscape = (character: string, whole: string, offset: number): string => {
  if ('xuUN'.includes(character))
    throw new LiteralError(`the escape \\${character} is incomplete or not taken here`, offset);
  return SIMPLE[character] ?? whole;
};
