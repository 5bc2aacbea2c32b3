/** CSV as Python's reader takes it: quotes around a value, doubled inside; with places, which no library at hand gives. */
export interface CsvCell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly CsvCell[];
}

const CELL = /"((?:[^"]|"")*)"?|[^,\n]*/y;

/** Rows that hold something; empty lines are left out, as Odoo does. */
export const readCsv = (source: string): readonly CsvRow[] => {
  const text = source.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const rows: CsvRow[] = [];
  let [at, line, lineStart] = [0, 1, 0];
  while (at < text.length) {
    const [cells, first]: [CsvCell[], number] = [[], line];
    do {
      CELL.lastIndex = at;
      const [raw = '', quoted] = CELL.exec(text) ?? [];
      cells.push({ text: quoted?.replaceAll('""', '"') ?? raw, line, column: at - lineStart + 1 });
      const breaks = raw.split('\n').length - 1;
      if (breaks > 0) [line, lineStart] = [line + breaks, at + raw.lastIndexOf('\n') + 1];
      at += raw.length;
      // After a closing quote the next is a comma or the end of the line; whatever else stands there belongs to nothing.
      while (at < text.length && text[at] !== ',' && text[at] !== '\n') at += 1;
    } while (text[at++] === ',');
    [line, lineStart] = [line + 1, at];
    if (cells.length > 1 || cells[0]?.text.trim() !== '') rows.push({ line: first, cells });
  }
  return rows;
};
