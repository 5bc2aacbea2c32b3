/** Text from outside (titles, branches, log lines) is shown, never obeyed: a terminal acts on control characters. */

// Colours that a program wrote into its log carry nothing here: they go. Everything else that a terminal would act on is made visible.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what we look for
const COLOURS = /\u001b\[[0-9;]*m/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: C0 but tab, DEL, C1; then what reorders or breaks a line
const ACTIVE = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

const visible = (character: string): string => {
  const code = character.charCodeAt(0);
  if (character === '\n') return '\\n';
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** One line, safe to write to a terminal. */
export const printable = (text: string): string => text.replace(COLOURS, '').replace(ACTIVE, visible);

/** The same for text of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

/** JSON that is as inert: what JSON leaves raw and a terminal may act on is written as \uXXXX. */
export const inertJson = (value: unknown, indent?: number): string =>
  (JSON.stringify(value, null, indent) ?? 'null').replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
