/** A stretch of a log line that looks the same from its beginning to its end. */
export interface Span {
  readonly text: string;
  /** Space between: names of classes in log.css; '' for plain text. */
  readonly classes: string;
}

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/**
 * Escape sequences: colours and weights (CSI … m) are read; everything else that a terminal would act on is dropped: cursor and screen (CSI),
 * titles and links (OSC), other strings (DCS, SOS, PM, APC), two-character escapes. One that was cut off by the end of the line goes, too.
 */
const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is control characters that this looks for.
  /\u001b\[([0-?]*)[ -/]*([@-~])?|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[PX^_][^\u001b]*(?:\u001b\\)?|\u001b[ -/]*[0-~]?|\u009b([0-?]*)[ -/]*([@-~])?/g;
/** Control characters that mean nothing in a line; a tab does. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** They would turn what follows around, or make it look like something else. Shown by name. */
const TURNS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]/g;

interface Look {
  readonly colour: string;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
}
const PLAIN: Look = { colour: '', bold: false, dim: false, italic: false, underline: false };

const SWITCHES: Readonly<Record<number, Partial<Look>>> = {
  0: PLAIN,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  39: { colour: '' },
};

/** Which of the eight a code names; both rows of them look alike here. */
const colourOf = (code: number): string | undefined => COLOURS[code >= 90 ? code - 90 : code - 30];

/** `38;5;n` and `38;2;r;g;b` are colours that our themes do not have: they are passed over, with what belongs to them. */
const passedOver = (codes: readonly number[], at: number): number => {
  if (codes[at] !== 38 && codes[at] !== 48) return 0;
  return codes[at + 1] === 5 ? 2 : 4;
};

const changed = (look: Look, parameters: string): Look => {
  const codes = parameters === '' ? [0] : parameters.split(/[;:]/).map(Number);
  let now = look;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    const over = passedOver(codes, at);
    const colour = (code >= 30 && code <= 37) || (code >= 90 && code <= 97) ? colourOf(code) : undefined;
    if (colour !== undefined) now = { ...now, colour };
    else if (over === 0) now = { ...now, ...SWITCHES[code] };
    at += over;
  }
  return now;
};

const classesOf = ({ colour, ...flags }: Look): string =>
  [colour, ...Object.entries(flags).flatMap(([name, on]) => (on ? [name] : []))]
    .filter((name) => name !== '')
    .map((name) => `ansi-${name}`)
    .join(' ');

/** What is left of text when nothing in it can act: without control characters, with marks of direction spelled out. */
export const inert = (text: string): string =>
  text
    .replace(CONTROLS, '')
    .replace(TURNS, (mark) => `<U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`);

/** A line as spans of text and classes. Nothing of it is ever markup. */
export const readAnsi = (line: string): readonly Span[] => {
  const spans: Span[] = [];
  let look = PLAIN;
  let from = 0;
  const add = (text: string): void => {
    const clean = inert(text);
    if (clean !== '') spans.push({ text: clean, classes: classesOf(look) });
  };
  for (const found of line.matchAll(SEQUENCE)) {
    add(line.slice(from, found.index));
    from = found.index + found[0].length;
    if ((found[2] ?? found[4]) === 'm') look = changed(look, found[1] ?? found[3] ?? '');
  }
  add(line.slice(from));
  return spans;
};

/** The same without its looks: for searching. */
export const plainText = (line: string): string => inert(line.replace(SEQUENCE, ''));
