import { inspect } from 'node:util';

const MASK = '[secret]';

/** A value that prints, serialises and inspects as a mask. `reveal()` is greppable and allowed in client.ts files and stores only. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return MASK;
  }
  toJSON(): string {
    return MASK;
  }
  [inspect.custom](): string {
    return MASK;
  }
}
