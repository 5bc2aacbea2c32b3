/** Sets of hashed values in shared memory: several threads look at one, and the values themselves are kept nowhere. */

/** Two hashes of 32 bits over the same bytes: together wide enough that a stranger is never taken for a member. */
export interface WideHash {
  readonly a: number;
  readonly b: number;
}

/** One bit for each of so many: small enough for a core's own cache. */
const SIEVE_BITS = 22;
const EMPTY = 0;

const mix = (hash: number): number => {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return once ^ (once >>> 13);
};

export class HashSet {
  readonly #table: Int32Array;
  readonly #mask: number;

  /** `memory` of another one, to look at it from another thread; else room for so many. */
  constructor(from: number | SharedArrayBuffer) {
    const slots = typeof from === 'number' ? 2 ** Math.ceil(Math.log2(Math.max(from, 8) * 2)) : from.byteLength / 12;
    this.#table = new Int32Array(typeof from === 'number' ? new SharedArrayBuffer(slots * 12) : from);
    this.#mask = slots - 1;
  }

  get memory(): SharedArrayBuffer {
    return this.#table.buffer as SharedArrayBuffer;
  }

  /** Whether it was new. `value` is above 0. The first one stays. */
  add({ a, b }: WideHash, value: number): boolean {
    let slot = mix(a) & this.#mask;
    for (;;) {
      const at = slot * 3;
      if (this.#table[at + 2] === EMPTY) {
        this.#table[at] = a;
        this.#table[at + 1] = b;
        this.#table[at + 2] = value;
        return true;
      }
      if (this.#table[at] === a && this.#table[at + 1] === b) return false;
      slot = (slot + 1) & this.#mask;
    }
  }

  get slots(): number {
    return this.#mask + 1;
  }

  /** The same members with twice the room. */
  doubled(): HashSet {
    const larger = new HashSet(this.slots);
    for (let at = 0; at < this.#table.length; at += 3) {
      const value = this.#table[at + 2] as number;
      if (value !== EMPTY) larger.add({ a: this.#table[at] as number, b: this.#table[at + 1] as number }, value);
    }
    return larger;
  }

  /** 0: not in it. */
  get(a: number, b: number): number {
    let slot = mix(a) & this.#mask;
    for (;;) {
      const at = slot * 3;
      const value = this.#table[at + 2] as number;
      if (value === EMPTY || (this.#table[at] === a && this.#table[at + 1] === b)) return value;
      slot = (slot + 1) & this.#mask;
    }
  }
}

/** Grows with its members, at most half full: 24 to 48 bytes for each different one, and half as much again while it grows. */
export class GrowingSet {
  #set = new HashSet(8);
  #count = 0;

  get memory(): SharedArrayBuffer {
    return this.#set.memory;
  }
  get count(): number {
    return this.#count;
  }
  add(hash: WideHash, value: number): void {
    if (!this.#set.add(hash, value)) return;
    this.#count++;
    if (this.#count * 2 > this.#set.slots) this.#set = this.#set.doubled();
  }
}

/** May say yes to a stranger, never no to a member; asked first, because it answers without leaving the cache. */
export class Sieve {
  readonly bits: Uint32Array;
  constructor(memory?: SharedArrayBuffer) {
    this.bits = new Uint32Array(memory ?? new SharedArrayBuffer(2 ** SIEVE_BITS / 8));
  }
  get memory(): SharedArrayBuffer {
    return this.bits.buffer as SharedArrayBuffer;
  }
  add(hash: number): void {
    const bit = mix(hash) >>> (32 - SIEVE_BITS);
    this.bits[bit >>> 5] = (this.bits[bit >>> 5] as number) | (1 << (bit & 31));
  }
}

export const passes = (bits: Uint32Array, hash: number): boolean => {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const bit = (once ^ (once >>> 13)) >>> (32 - SIEVE_BITS);
  return ((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
};
