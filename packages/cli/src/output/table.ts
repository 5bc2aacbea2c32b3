import { displayWidth } from './display-width.ts';
import { printable } from './printable.ts';
import { type Colour, fit, type Screen } from './screen.ts';

/** Plain text, or text with a colour that is laid on after everything was measured. */
export type Cell = string | { readonly text: string; readonly colour: Colour | undefined };

export interface Column {
  readonly title: string;
  readonly right?: boolean;
  /** The one column that is cut when a terminal is too narrow. */
  readonly elastic?: boolean;
}

const textOf = (cell: Cell): string => printable(typeof cell === 'string' ? cell : cell.text);
const MIN_ELASTIC = 8;

const widths = (columns: readonly Column[], rows: readonly (readonly string[])[], limit: number): number[] => {
  const natural = columns.map((column, i) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[i] ?? ''))),
  );
  const over = natural.reduce((sum, width) => sum + width, 2 * (columns.length - 1)) - limit;
  const elastic = columns.findIndex((column) => column.elastic);
  if (over > 0 && elastic >= 0) natural[elastic] = Math.max(MIN_ELASTIC, (natural[elastic] ?? 0) - over);
  return natural;
};

/** Aligned columns with two spaces between; the text of every cell is made inert. */
export const table = (screen: Screen, columns: readonly Column[], rows: readonly (readonly Cell[])[]): string => {
  const texts = rows.map((row) => row.map(textOf));
  const wide = widths(columns, texts, screen.columns);
  const pad = (text: string, i: number, colour?: Colour): string => {
    const cut = fit(screen, text, wide[i] ?? 0);
    const space = ' '.repeat(Math.max(0, (wide[i] ?? 0) - displayWidth(cut)));
    const painted = colour ? screen.paint(colour, cut) : cut;
    return columns[i]?.right ? space + painted : painted + space;
  };
  const head = columns.map((column, i) => pad(column.title, i, 'dim')).join('  ');
  const body = texts.map((row, r) =>
    row
      .map((text, i) => {
        const cell = rows[r]?.[i];
        return pad(text, i, typeof cell === 'object' ? cell.colour : undefined);
      })
      .join('  '),
  );
  return [head, ...body].map((line) => line.trimEnd()).join('\n');
};

/** `Name   value` lines; rows whose value is null are left out. */
export const facts = (screen: Screen, rows: readonly (readonly [string, Cell | null])[]): string => {
  const shown = rows.filter((row): row is readonly [string, Cell] => row[1] !== null);
  const wide = Math.max(...shown.map(([name]) => displayWidth(name)));
  return shown
    .map(([name, cell]) => {
      const text = textOf(cell);
      const painted = typeof cell === 'object' && cell.colour ? screen.paint(cell.colour, text) : text;
      return `${screen.paint('dim', name)}${' '.repeat(wide - displayWidth(name))}  ${painted}`;
    })
    .join('\n');
};
