/** Text in HTML. Whatever it says, it stays text; characters that reorder a line or end it are shown. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: making them visible is the point.
const ACTIVE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A piece of a page, of which the text was escaped. */
export interface Html {
  readonly html: string;
}

export const text = (value: string | number): Html => ({
  html: String(value)
    .toWellFormed()
    .replace(ACTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? ''),
});

type Value = string | number | Html | readonly Html[];
const piece = (value: Value): string => {
  if (typeof value === 'string' || typeof value === 'number') return text(value).html;
  return 'html' in value ? value.html : value.map(({ html }) => html).join('');
};

/** html`<p>${anything}</p>`: what is put in is escaped, unless it is Html. */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  html: strings.map((part, index) => (index === 0 ? part : piece(values[index - 1] ?? '') + part)).join(''),
});
