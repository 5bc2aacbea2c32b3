import type { Secret } from '../domain/secret.ts';
import { secretForms } from '../store/secret-forms.ts';

const MASK = '[secret]';

/**
 * Masks known secret values in whatever is kept or shown, also where they are base64, percent, JSON or hex encoded.
 * The list is followed: a secret that is added to it later (a password made during the run) is masked from then on.
 */
export class Redactor {
  readonly #secrets: readonly Secret[];
  #seen = 0;
  #text: RegExp | null = null;
  #raw: RegExp | null = null;
  #forms: readonly string[] = [];

  constructor(secrets: readonly Secret[]) {
    this.#secrets = secrets;
  }

  text(text: string): string {
    this.#follow();
    return this.#text === null ? text : text.replace(this.#text, MASK);
  }

  /** From where to where a secret stands in it. */
  spans(text: string): readonly (readonly [from: number, to: number])[] {
    this.#follow();
    if (this.#text === null) return [];
    return [...text.matchAll(this.#text)].map(({ index, 0: found }) => [index, index + found.length]);
  }

  /** How many of the last characters may be the beginning of a secret whose rest is still to come. */
  begun(text: string): number {
    this.#follow();
    return Math.max(0, ...this.#forms.map((form) => lengthOfBegun(text, form)));
  }

  /** The same over bytes of any kind; what holds no secret comes back untouched. */
  bytes(content: Uint8Array): Buffer {
    this.#follow();
    const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    // latin1 gives each byte one character, so nothing is lost on the way there and back.
    const text = buffer.toString('latin1');
    if (this.#raw === null || text.search(this.#raw) === -1) return buffer;
    return Buffer.from(text.replace(this.#raw, MASK), 'latin1');
  }

  #follow(): void {
    if (this.#secrets.length === this.#seen) return;
    this.#seen = this.#secrets.length;
    // The longest first, so that a secret that contains another is masked whole.
    const forms = [...new Set(this.#secrets.flatMap(secretForms))].sort((a, b) => b.length - a.length);
    this.#forms = forms;
    const pattern = (list: readonly string[]) =>
      list.length === 0 ? null : new RegExp(list.map(escaped).join('|'), 'g');
    this.#text = pattern(forms);
    this.#raw = pattern(forms.map((form) => Buffer.from(form, 'utf8').toString('latin1')));
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const lengthOfBegun = (text: string, form: string): number => {
  for (let length = Math.min(form.length - 1, text.length); length > 0; length--)
    if (text.endsWith(form.slice(0, length))) return length;
  return 0;
};
