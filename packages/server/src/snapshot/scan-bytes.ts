/**
 * Looks through COPY text in one pass. Words are hashed as they are read; only what passes a sieve is looked up. Hot: the
 * loop allocates nothing and makes no string, which is why it is one function.
 */
import { type Dictionary, MAX_WORDS, MIN_DIGITS } from './dictionary.ts';
import { HashSet, passes, Sieve } from './hash-set.ts';
import {
  DIGIT,
  DIGIT_BASE,
  hashDigits,
  hashPair,
  hashWordAgain,
  joinA,
  joinB,
  KINDS,
  LETTER,
  OTHER_BASE,
  PRIME,
} from './hash-words.ts';

const TAB = 9;
const NEWLINE = 10;
const BACKSLASH = 92;
const SLOTS = 8;
/** What may stand between the digits of one number. */
const JOINS = new Uint8Array(256);
for (const byte of Buffer.from(' +-().//')) JOINS[byte] = 1;
/** `\n` in COPY text is two bytes of which the second is no letter of a word; in a JSON string it is three. */
const ESCAPED = new Uint8Array(256);
for (const byte of Buffer.from('bfnrtv')) ESCAPED[byte] = 1;

/** What numbers, dates and times are written with: in a column of such a type nothing else can stand, and it is looked whether that is so. */
const PLAIN = new Uint8Array(256);
for (const byte of Buffer.from('0123456789.-+: ')) PLAIN[byte] = 1;
/** Two words of five letters together, and what stands between them; numbers are longer. */
const LEAST_BYTES = 6;

/** Where the field ends, when nothing that is looked for can stand in it; else where it begins. Most fields are short, empty or a number. */
const pastNothing = (bytes: Uint8Array, start: number, end: number, holdsText: boolean): number => {
  let at = start;
  if (holdsText) {
    const last = Math.min(start + LEAST_BYTES, end);
    while (at < last && bytes[at] !== TAB && bytes[at] !== NEWLINE) at++;
    return at < last ? at : start;
  }
  while (at < end && PLAIN[bytes[at] as number] === 1) at++;
  if (at === end || bytes[at] === TAB || bytes[at] === NEWLINE) return at;
  return at - start < LEAST_BYTES ? pastNothing(bytes, start, end, true) : start;
};

const MAX_NUMBER = 40;
const powersOf = (base: number): Int32Array => {
  const powers = new Int32Array(MAX_NUMBER + 1).fill(1);
  for (let i = 1; i <= MAX_NUMBER; i++) powers[i] = Math.imul(powers[i - 1] as number, base);
  return powers;
};
const POWERS = powersOf(DIGIT_BASE);
const OTHER_POWERS = powersOf(OTHER_BASE);

/** Called for each value found: which column of the row, and what it is. */
export type OnHit = (column: number, kind: string) => void;

export class ByteScanner {
  readonly #dictionary: Dictionary;
  readonly #single: Uint32Array;
  readonly #pairs: Uint32Array;
  readonly #numbers: Uint32Array;
  readonly #phrases: HashSet;
  readonly #numberSet: HashSet;
  /** The last words of the field, and the last groups of digits that belong together. */
  readonly #hashes = new Int32Array(SLOTS);
  readonly #starts = new Int32Array(SLOTS);
  readonly #ends = new Int32Array(SLOTS);
  readonly #groupStarts = new Int32Array(SLOTS);
  readonly #groupEnds = new Int32Array(SLOTS);

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
    this.#single = new Sieve(dictionary.single).bits;
    this.#pairs = new Sieve(dictionary.pairs).bits;
    this.#numbers = new Sieve(dictionary.numbers).bits;
    this.#phrases = new HashSet(dictionary.phraseSet);
    this.#numberSet = new HashSet(dictionary.numberSet);
  }

  /** Whole rows of COPY text. `numbers[i]`: whether digits in column i may be a phone or account number; else they are an amount or an id. */
  // biome-ignore lint/complexity/noExcessiveLinesPerFunction: a call per byte or word would halve the speed
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: see above
  scan(bytes: Uint8Array, numbers: Uint8Array, onHit: OnHit): void {
    const single = this.#single;
    const pairs = this.#pairs;
    const hashes = this.#hashes;
    const starts = this.#starts;
    const ends = this.#ends;
    const end = bytes.length;
    let column = 0;
    let seen = 0;
    let previous = 0;
    let groups = 0;
    let at = pastNothing(bytes, 0, end, numbers[0] === 1);
    while (at < end) {
      let kind = KINDS[bytes[at] as number] as number;
      if (kind === 0) {
        const byte = bytes[at++] as number;
        if (byte === TAB || byte === NEWLINE) {
          column = byte === TAB ? column + 1 : 0;
          seen = 0;
          groups = 0;
          at = pastNothing(bytes, at, end, numbers[column] === 1);
        } else if (byte === BACKSLASH) {
          if (bytes[at] === BACKSLASH) at++;
          if (ESCAPED[bytes[at] as number] === 1) at++;
          groups = 0;
        } else if (JOINS[byte] === 0) groups = 0;
        continue;
      }
      const start = at;
      let hash = 0;
      let types = 0;
      do {
        hash = (Math.imul(hash, PRIME) + kind) | 0;
        types |= kind;
        at++;
        kind = at < end ? (KINDS[bytes[at] as number] as number) : 0;
      } while (kind !== 0);
      const slot = seen & 7;
      hashes[slot] = hash;
      starts[slot] = start;
      ends[slot] = at;
      if (passes(single, hash)) this.#matchPhrases(bytes, seen, { from: 1, to: 1, column }, onHit);
      if (seen > 0 && passes(pairs, hashPair(previous, hash)))
        this.#matchPhrases(bytes, seen, { from: 2, to: this.#dictionary.longest, column }, onHit);
      previous = hash;
      seen++;
      if ((types & LETTER) !== 0) groups = 0;
      else if ((types & DIGIT) !== 0 && numbers[column] === 1) {
        this.#groupStarts[groups & 7] = start;
        this.#groupEnds[groups & 7] = at;
        this.#matchNumbers(bytes, groups, column, onHit);
        groups++;
      }
    }
  }

  /** `seen`: how many words of the field came before the last one. */
  #matchPhrases(bytes: Uint8Array, seen: number, { from, to, column }: Range, onHit: OnHit): void {
    let a = 0;
    let b = 0;
    for (let count = 1; count <= to && count <= seen + 1 && count <= MAX_WORDS; count++) {
      const slot = (seen - count + 1) & 7;
      a = joinA(a, this.#hashes[slot] as number);
      b = joinB(b, hashWordAgain(bytes, this.#starts[slot] as number, this.#ends[slot] as number));
      const kind = count < from ? 0 : this.#phrases.get(a, b);
      if (kind !== 0) onHit(column, this.#dictionary.kinds[kind - 1] as string);
    }
  }

  /** The last group alone, with the one before it, with the two before it …: a number is written in groups, and others may stand before it. */
  #matchNumbers(bytes: Uint8Array, groups: number, column: number, onHit: OnHit): void {
    let a = 0;
    let b = 0;
    let length = 0;
    for (let count = 0; count < SLOTS && count <= groups; count++) {
      const slot = (groups - count) & 7;
      const [start, end] = [this.#groupStarts[slot] as number, this.#groupEnds[slot] as number];
      if (length + end - start > MAX_NUMBER) return;
      a = (Math.imul(hashDigits(bytes, start, end, DIGIT_BASE), POWERS[length] as number) + a) | 0;
      b = (Math.imul(hashDigits(bytes, start, end, OTHER_BASE), OTHER_POWERS[length] as number) + b) | 0;
      length += end - start;
      const kind = length < MIN_DIGITS || !passes(this.#numbers, a) ? 0 : this.#numberSet.get(a, b);
      if (kind !== 0) onHit(column, this.#dictionary.kinds[kind - 1] as string);
    }
  }
}

interface Range {
  /** Phrases of how many words are looked for. */
  readonly from: number;
  readonly to: number;
  readonly column: number;
}
