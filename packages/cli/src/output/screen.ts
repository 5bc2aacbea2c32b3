import type { Io, Output } from '../io.ts';
import { truncate } from './display-width.ts';

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;
export type Colour = keyof typeof CODES;

/** What the human-readable output may use. */
export interface Screen {
  readonly unicode: boolean;
  /** Columns of the terminal; Infinity when the output goes to a file or a pipe, where nothing is cut. */
  readonly columns: number;
  readonly now: Date;
  paint(colour: Colour, text: string): string;
  readonly ok: string;
  readonly fail: string;
  readonly warn: string;
  readonly dot: string;
  readonly ellipsis: string;
}

export const isUnicode = (variables: Io['variables']): boolean =>
  /utf-?8/i.test(variables.LC_ALL || variables.LC_CTYPE || variables.LANG || '');

/** Colours only on a terminal that wants them (https://no-color.org). */
export const openScreen = (io: Io, output: Output, colour: boolean): Screen => {
  const painted = colour && output.isTTY === true && !io.variables.NO_COLOR && io.variables.TERM !== 'dumb';
  const paint = (name: Colour, text: string): string =>
    painted && text !== '' ? `\u001b[${CODES[name]}m${text}\u001b[0m` : text;
  const unicode = isUnicode(io.variables);
  return {
    unicode,
    columns: output.isTTY === true ? (output.columns ?? 80) : Number.POSITIVE_INFINITY,
    // Asked each time: a result that was waited for is newer than the command.
    get now() {
      return io.now();
    },
    paint,
    ok: paint('green', unicode ? '✓' : 'ok'),
    fail: paint('red', unicode ? '✗' : 'x'),
    warn: paint('yellow', '!'),
    dot: unicode ? '·' : '-',
    ellipsis: unicode ? '…' : '...',
  };
};

export const fit = (screen: Screen, text: string, columns: number): string => truncate(text, columns, screen.ellipsis);

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const PLAIN_FRAMES = ['|', '/', '-', '\\'];

/** Something that turns: the frame for a time in milliseconds. */
export const spinner = (screen: Screen, milliseconds: number): string => {
  const frames = screen.unicode ? FRAMES : PLAIN_FRAMES;
  return screen.paint('cyan', frames[Math.floor(milliseconds / 500) % frames.length] ?? '');
};
