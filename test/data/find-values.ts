/** How many bytes tell where a value may begin. */
const HEAD = 4;
const TABLE = 2 ** 20;

const slotOf = (bytes: Uint8Array, at: number): number => {
  const head =
    (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
  return Math.imul(head, 0x9e3779b1) >>> 12;
};

const standsAt = (whole: Buffer, at: number, bytes: Buffer): boolean =>
  whole.compare(bytes, 0, bytes.length, at, Math.min(at + bytes.length, whole.length)) === 0;

interface Value {
  readonly value: string;
  readonly bytes: Buffer;
}

const bySlotOf = (values: readonly string[]): ReadonlyMap<number, readonly Value[]> => {
  const bySlot = new Map<number, Value[]>();
  for (const value of values) {
    const bytes = Buffer.from(value);
    const slot = slotOf(bytes, 0);
    bySlot.set(slot, [...(bySlot.get(slot) ?? []), { value, bytes }]);
  }
  return bySlot;
};

/** Which of many values stand in a text: one look at each of its bytes instead of one search for each value, which takes minutes over a database. */
export const valueFinder = (values: readonly string[]): ((text: Uint8Array) => readonly string[]) => {
  const isShort = (value: string): boolean => Buffer.byteLength(value) < HEAD;
  const bySlot = bySlotOf(values.filter((value) => !isShort(value)));
  const known = new Uint8Array(TABLE);
  for (const slot of bySlot.keys()) known[slot] = 1;
  return (text) => {
    const whole = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
    const found = new Set(values.filter((value) => isShort(value) && whole.includes(value)));
    const look = (slot: number, at: number): void => {
      for (const { value, bytes } of bySlot.get(slot) ?? []) if (standsAt(whole, at, bytes)) found.add(value);
    };
    for (let at = 0; at + HEAD <= text.length; at++) {
      const slot = slotOf(text, at);
      if (known[slot] === 1) look(slot, at);
    }
    return [...found];
  };
};

const ZERO = '0'.charCodeAt(0);
const A = 'a'.charCodeAt(0);

/** Its small letters and digits only: numbers are also found when blanks and dots stand in them. */
export const compact = (text: Uint8Array): Uint8Array => {
  const kept = new Uint8Array(text.length);
  let length = 0;
  for (const byte of text)
    if ((byte >= ZERO && byte < ZERO + 10) || (byte >= A && byte < A + 26)) kept[length++] = byte;
  return kept.subarray(0, length);
};
