/** How words and numbers are hashed, the same for what is looked for and for what is looked at. */

export const LETTER = 0x100;
export const DIGIT = 0x200;
/** 0: a separator. Else the byte in lower case, with LETTER or DIGIT. Bytes of letters outside ASCII are letters. */
export const KINDS = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  if (byte >= 48 && byte <= 57) KINDS[byte] = byte | DIGIT;
  else if (byte >= 65 && byte <= 90) KINDS[byte] = (byte + 32) | LETTER;
  else if ((byte >= 97 && byte <= 122) || byte >= 128) KINDS[byte] = byte | LETTER;
}

export const PRIME = 0x01000193;
const OTHER_PRIME = 0x27d4eb2f;
export const DIGIT_BASE = 0x9e3779b1 | 0;
export const OTHER_BASE = 0x85ebca77 | 0;

/** Of one word, as its bytes stand there. */
export const hashWord = (bytes: Uint8Array, start: number, end: number): number => {
  let hash = 0;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, PRIME) + (KINDS[bytes[i] as number] as number)) | 0;
  return hash;
};

/** A second one, for words that passed the first. */
export const hashWordAgain = (bytes: Uint8Array, start: number, end: number): number => {
  let hash = 0x3c6ef372;
  for (let i = start; i < end; i++) {
    hash = Math.imul(hash ^ (KINDS[bytes[i] as number] as number), OTHER_PRIME);
    hash ^= hash >>> 15;
  }
  return hash;
};

/** Of two neighbours: what is asked for each word that is read. */
export const hashPair = (first: number, second: number): number => (Math.imul(first, 31) ^ second ^ 0x2545f491) | 0;

/** Of a phrase, word by word from its last to its first. */
export const joinA = (phrase: number, word: number): number => (Math.imul(phrase, 0x2c1b3c6d) + word + 1) | 0;
export const joinB = (phrase: number, word: number): number => (Math.imul(phrase ^ word, 0x297a2d39) + 7) | 0;

/** Digits as a number in a large base: leading zeros do not count, and two numbers are joined by arithmetic. */
export const hashDigits = (bytes: Uint8Array, start: number, end: number, base: number): number => {
  let hash = 0;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, base) + (bytes[i] as number) - 48) | 0;
  return hash;
};
