/**
 * Reads one Python literal, as `ast.literal_eval` does, without running anything: text, numbers, True, False, None, tuples,
 * lists, dictionaries, sets, comments, trailing commas, implicit concatenation. What literal_eval refuses is refused here:
 * names, calls, operators, f-strings. Tuples and sets become arrays, dictionaries Maps, bytes text.
 */
import { LiteralError, scanString } from './python-string.ts';

export type PythonValue = string | number | boolean | null | readonly PythonValue[] | PythonDict;
export interface PythonDict extends ReadonlyMap<PythonValue, PythonValue> {}

export type LiteralPath = readonly (string | number)[];
/** From 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type ParsedLiteral =
  | {
      readonly ok: true;
      readonly value: PythonValue;
      /** The line on which each key of the outermost dictionary stands. */
      readonly lines: ReadonlyMap<PythonValue, number>;
      /** Where the value at a path of keys and indexes stands: `place(['depends', 0])`. Of what is not there, the nearest above. */
      readonly place: (path: LiteralPath) => Place;
    }
  | { readonly ok: false; readonly line: number; readonly column: number; readonly reason: string };

const MAX_CHARACTERS = 1_000_000;
const MAX_DEPTH = 100;

/** Never throws. */
export const parsePythonLiteral = (source: string): ParsedLiteral => {
  const text = source.replace(/\r\n?/g, '\n');
  const reader = new Reader(text);
  try {
    if (text.length > MAX_CHARACTERS) throw new LiteralError('the file is larger than 1 MB', 0);
    const value = reader.whole();
    const place = (path: LiteralPath): Place => placeOf(text, reader.offsetAt(path));
    return { ok: true, value, lines: linesOf(text, reader.keyOffsets), place };
  } catch (error) {
    if (!(error instanceof LiteralError)) throw error;
    return { ok: false, ...placeOf(text, error.offset), reason: error.message };
  }
};

const placeOf = (text: string, offset: number): Place => {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
};

const linesOf = (
  text: string,
  offsets: readonly (readonly [key: PythonValue, offset: number])[],
): ReadonlyMap<PythonValue, number> => {
  let line = 1;
  let newline = text.indexOf('\n');
  const lines = new Map<PythonValue, number>();
  for (const [key, offset] of offsets) {
    for (; newline !== -1 && newline < offset; newline = text.indexOf('\n', newline + 1)) line += 1;
    lines.set(key, line);
  }
  return lines;
};

const NAMES: ReadonlyMap<string, PythonValue> = new Map<string, PythonValue>([
  ['True', true],
  ['False', false],
  ['None', null],
]);
const NUMBER =
  /(?:0x(?:_?[0-9a-f])+|0o(?:_?[0-7])+|0b(?:_?[01])+|(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:e[+-]?\d(?:_?\d)*)?)/iy;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const BLANK = /(?:[ \t\f\n]+|\\\n|#[^\n]*)*/y;

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  /** Where the keys of the outermost dictionary start, in the order of the text. */
  readonly keyOffsets: (readonly [key: PythonValue, offset: number])[] = [];
  /** Where the value starts that is being read; inside containers, a path of keys and indexes. */
  readonly #path: PythonValue[] = [];
  readonly #offsets = new Map<string, number>();
  constructor(text: string) {
    this.#text = text;
  }

  whole(): PythonValue {
    this.#blank();
    if (this.#at >= this.#text.length) throw new LiteralError('the file is empty', 0);
    const value = this.#value();
    this.#blank();
    if (this.#at < this.#text.length) this.#fail('only one literal is taken, but more follows');
    return value;
  }

  /** Offset of the value at a path, or of the nearest one above it that is there. */
  offsetAt(path: LiteralPath): number {
    for (let length = path.length; length >= 0; length -= 1) {
      const offset = this.#offsets.get(JSON.stringify(path.slice(0, length)));
      if (offset !== undefined) return offset;
    }
    return 0;
  }

  /** A value inside a container, under its key or index. */
  #inside(key: PythonValue): PythonValue {
    this.#path.push(key);
    const value = this.#value();
    this.#path.pop();
    return value;
  }

  #value(): PythonValue {
    this.#offsets.set(JSON.stringify(this.#path), this.#at);
    return this.#any();
  }

  #any(): PythonValue {
    const character = this.#text[this.#at];
    if (character === undefined) return this.#fail('the file ends where a value is expected');
    if (character === '[') return this.#nested(() => this.#items(']'));
    if (character === '(') return this.#nested(() => this.#parenthesis());
    if (character === '{') return this.#nested(() => this.#braces());
    if (character === '-' || character === '+') return this.#signed(character);
    return this.#strings() ?? this.#number() ?? this.#name();
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH} levels`);
    this.#at += 1;
    this.#blank();
    const value = read();
    this.#depth -= 1;
    return value;
  }

  /** Values up to `close`; the bracket that opened them is behind us. */
  #items(close: string, values: PythonValue[] = []): readonly PythonValue[] {
    while (!this.#take(close)) {
      values.push(this.#inside(values.length));
      this.#blank();
      if (!this.#take(',') && this.#text[this.#at] !== close) this.#fail(`expected , or ${close}`);
      this.#blank();
    }
    return values;
  }

  /** `(1)` is 1, `(1,)` a tuple. */
  #parenthesis(): PythonValue {
    if (this.#take(')')) return [];
    const first = this.#inside(0);
    this.#blank();
    if (this.#take(')')) return first;
    if (!this.#take(',')) this.#fail('expected , or )');
    this.#blank();
    return this.#items(')', [first]);
  }

  #braces(): PythonValue {
    const dictionary = new Map<PythonValue, PythonValue>();
    if (this.#take('}')) return dictionary;
    const start = this.#at;
    const first = this.#any();
    this.#blank();
    if (this.#text[this.#at] === ':') return this.#entries(dictionary, first, start);
    if (!this.#take(',') && this.#text[this.#at] !== '}') this.#fail('expected : or , or }');
    this.#blank();
    return this.#items('}', [first]);
  }

  #entries(dictionary: Map<PythonValue, PythonValue>, firstKey: PythonValue, firstStart: number): PythonDict {
    let key = firstKey;
    let start = firstStart;
    for (;;) {
      if (!this.#take(':')) this.#fail('expected : after a key');
      if (typeof key === 'object' && key !== null) throw new LiteralError('a list cannot be a key', start);
      this.#blank();
      dictionary.set(key, this.#inside(key));
      if (this.#depth === 1) this.keyOffsets.push([key, start]);
      this.#blank();
      const more = this.#take(',');
      this.#blank();
      if (this.#take('}')) return dictionary;
      if (!more) this.#fail('expected , or }');
      start = this.#at;
      key = this.#any();
      this.#blank();
    }
  }

  #signed(sign: string): number {
    this.#at += 1;
    this.#blank();
    const number = this.#number();
    if (number === undefined) return this.#fail('a sign stands before something that is not a number');
    return sign === '-' ? -number : number;
  }

  /** Neighbouring strings are one. Outside brackets they must share a line. */
  #strings(): string | undefined {
    let value: string | undefined;
    for (;;) {
      const scanned = scanString(this.#text, this.#at);
      if (scanned === undefined) return value;
      value = (value ?? '') + scanned.value;
      this.#at = scanned.end;
      if (this.#depth > 0) this.#blank();
      else this.#at += /^[ \t]*/.exec(this.#text.slice(this.#at))?.[0].length ?? 0;
    }
  }

  #number(): number | undefined {
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    if (/^0[\d_]*[1-9][\d_]*$/.test(found)) this.#fail('a decimal number cannot start with 0');
    this.#at = NUMBER.lastIndex;
    if (/[\p{L}\p{N}_]/u.test(this.#text[this.#at] ?? '')) this.#fail('a number is followed by a letter');
    return Number(found.replaceAll('_', ''));
  }

  #name(): PythonValue {
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0];
    const value = name === undefined ? undefined : NAMES.get(name);
    if (name === undefined) this.#fail(`unexpected ${JSON.stringify(this.#text[this.#at])}`);
    if (value === undefined) this.#fail(`the name ${name} is code, not a literal`);
    this.#at = NAME.lastIndex;
    return value;
  }

  #blank(): void {
    BLANK.lastIndex = this.#at;
    BLANK.exec(this.#text);
    this.#at = Math.max(this.#at, BLANK.lastIndex);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #fail(reason: string): never {
    throw new LiteralError(reason, this.#at);
  }
}
