/** Real values of production in a form that finds them again however they are written; only hashes are kept. */

import { GrowingSet, Sieve } from './hash-set.ts';
import { DIGIT_BASE, hashDigits, hashPair, hashWord, hashWordAgain, joinA, joinB, OTHER_BASE } from './hash-words.ts';

export interface RealValue {
  /** `email`, `name`, `phone`, `iban` … : what a leak is reported as. */
  readonly kind: string;
  readonly value: string;
}

/** Plain data over shared memory: a thread is given it as it is. */
export interface Dictionary {
  readonly kinds: readonly string[];
  /** Different ones, in all their forms. */
  readonly values: number;
  /** How many words a phrase has at most. */
  readonly longest: number;
  /** Sieves of phrases of one word, of the last two words of longer ones, and of numbers; then the sets themselves. */
  readonly single: SharedArrayBuffer;
  readonly pairs: SharedArrayBuffer;
  readonly numbers: SharedArrayBuffer;
  readonly phraseSet: SharedArrayBuffer;
  readonly numberSet: SharedArrayBuffer;
}

/** Kinds that are looked for as digits, whatever stands between them. */
const DIGIT_KINDS = /phone|mobile|fax|iban|vat|account|ssn|passport|identification|number|digits/;
const PHONE_KINDS = /phone|mobile|fax/;
/** Fewer words than this are an everyday word, not a person: "Belgium" may be a partner. */
const WORDS_OF_A_NAME = 2;
const MIN_LETTERS = 5;
/** Fewer are a date, a postcode, a year. */
export const MIN_DIGITS = 8;
const MIN_GLUED = 8;
export const MAX_WORDS = 8;

export const buildDictionary = (values: Iterable<RealValue>): Dictionary => {
  const builder = new DictionaryBuilder();
  for (const value of values) builder.add(value);
  return builder.finish();
};

/** No name has a word that is longer; a value that has is not looked for. */
const MOST_BYTES = 4096;

/** Value by value: none is kept. */
export class DictionaryBuilder {
  readonly #kinds: string[] = [];
  readonly #single = new Sieve();
  readonly #pairs = new Sieve();
  readonly #numbers = new Sieve();
  readonly #phraseSet = new GrowingSet();
  readonly #numberSet = new GrowingSet();
  readonly #bytes = Buffer.alloc(MOST_BYTES);
  #longest = 0;

  add({ kind, value }: RealValue): void {
    const known = this.#kinds.indexOf(kind);
    const number = known >= 0 ? known + 1 : this.#kinds.push(kind);
    if (value.length * 3 > MOST_BYTES) return;
    for (const words of phrasesOf(kind, value)) this.#addPhrase(words, number);
    for (const digits of numbersOf(kind, value)) this.#addNumber(digits, number);
  }

  /** From its last word to its first, as it is looked for. */
  #addPhrase(words: readonly string[], kind: number): void {
    let a = 0;
    let b = 0;
    let after = 0;
    for (let i = words.length - 1; i >= 0; i--) {
      const length = this.#bytes.write(words[i] as string);
      const hash = hashWord(this.#bytes, 0, length);
      a = joinA(a, hash);
      b = joinB(b, hashWordAgain(this.#bytes, 0, length));
      if (i === words.length - 2) this.#pairs.add(hashPair(hash, after));
      after = hash;
    }
    if (words.length === 1) this.#single.add(after);
    this.#phraseSet.add({ a, b }, kind);
    this.#longest = Math.max(this.#longest, words.length);
  }

  #addNumber(digits: string, kind: number): void {
    const length = this.#bytes.write(digits);
    const a = hashDigits(this.#bytes, 0, length, DIGIT_BASE);
    this.#numbers.add(a);
    this.#numberSet.add({ a, b: hashDigits(this.#bytes, 0, length, OTHER_BASE) }, kind);
  }

  finish(): Dictionary {
    return {
      kinds: this.#kinds,
      values: this.#phraseSet.count + this.#numberSet.count,
      longest: this.#longest,
      single: this.#single.memory,
      pairs: this.#pairs.memory,
      numbers: this.#numbers.memory,
      phraseSet: this.#phraseSet.memory,
      numberSet: this.#numberSet.memory,
    };
  }
}

/** Letters and digits; letters outside ASCII count byte by byte, as in the tables of hash-words.ts. */
const SEPARATORS = /[ -/:-@[-`{-~\s]+/;
const wordsOf = (text: string): readonly string[] => text.split(SEPARATORS).filter((word) => word !== '');

const phrasesOf = (kind: string, value: string): readonly (readonly string[])[] => {
  const text = value.trim();
  const isEmail = text.includes('@');
  const isNumber = !isEmail && DIGIT_KINDS.test(kind);
  const phrases = isNumber
    ? gluedOf(text)
    : formsOf(text)
        .map(wordsOf)
        .filter((words) => isEnough(words));
  return phrases.map((words) => words.slice(-MAX_WORDS));
};

const isEnough = (words: readonly string[]): boolean =>
  words.length >= WORDS_OF_A_NAME && words.join('').length >= MIN_LETTERS;

/** `BE71 0961 2345 6769` is also written without spaces; a word of letters and digits of this length is no everyday word. */
const gluedOf = (text: string): readonly (readonly string[])[] => {
  const words = wordsOf(text);
  const glued = words.join('');
  if (glued.length < MIN_GLUED || !/[a-z]/i.test(glued) || !/[0-9]/.test(glued)) return [];
  return [[glued], glued.match(/.{1,4}/g) ?? [], ...(words.length > 1 ? [words] : [])];
};

/** ASCII is folded while scanning; only other letters, and signs that HTML writes differently, make more forms. */
const formsOf = (text: string): readonly string[] => {
  const forms = /[&'"<]/.test(text) ? [text, htmlForm(text)] : [text];
  if (Buffer.byteLength(text) === text.length) return forms;
  return forms.flatMap((form) => [
    ...new Set([form, form.toLowerCase(), form.toUpperCase(), form.normalize('NFC'), form.normalize('NFD')]),
  ]);
};

const htmlForm = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll("'", '&#39;').replaceAll('"', '&#34;').replaceAll('<', '&lt;');

/** Two digits; 1 and 7 are alone, every other prefix has three. */
const TWO_DIGIT_PREFIX = /^(?:20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** Of an international number the national one, too. */
const numbersOf = (kind: string, value: string): readonly string[] => {
  if (!DIGIT_KINDS.test(kind)) return [];
  const all = value.replace('(0)', '').replace(/\D/g, '').replace(/^0+/, '');
  const found = [all];
  if (isInternational(kind, value, all)) found.push(all.slice(prefixLength(all)).replace(/^0+/, ''));
  return found.filter((number) => number.length >= MIN_DIGITS);
};

/** Whoever reads the values may have taken the sign away: so many digits are a number with its country's prefix. */
const isInternational = (kind: string, value: string, digits: string): boolean =>
  /^\s*(?:\+|00)/.test(value) || (PHONE_KINDS.test(kind) && digits.length >= 11);

const prefixLength = (number: string): number => {
  if (/^[17]/.test(number)) return 1;
  return TWO_DIGIT_PREFIX.test(number) ? 2 : 3;
};
