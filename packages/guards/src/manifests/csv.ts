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

const END = /[,\n]/g;
const CELL = /"([^"]*(?:""[^"]*)*)"?|[^,\n]*/y;

/** Rows that hold something; empty lines are left out, as Odoo does. */
export const readCsv = (source: string): readonly CsvRow[] => {
  const text = source.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const reader: Reader = { text, at: 0, line: 1, lineStart: 0 };
  const rows: CsvRow[] = [];
  while (reader.at < text.length) {
    const row = readRow(reader);
    if (row.cells.length > 1 || row.cells[0]?.text.trim() !== '') rows.push(row);
  }
  return rows;
};

interface Reader {
  readonly text: string;
  at: number;
  line: number;
  lineStart: number;
}

const readRow = (reader: Reader): CsvRow => {
  const first = reader.line;
  const cells: CsvCell[] = [];
  do cells.push(readCell(reader));
  while (reader.text[reader.at++] === ',');
  reader.line += 1;
  reader.lineStart = reader.at;
  return { line: first, cells };
};

/** Up to the comma or the end of the line; whatever else stands after a closing quote belongs to nothing. */
const readCell = (reader: Reader): CsvCell => {
  CELL.lastIndex = reader.at;
  const [raw = '', quoted] = CELL.exec(reader.text) ?? [];
  const cell = {
    text: quoted?.replaceAll('""', '"') ?? raw,
    line: reader.line,
    column: reader.at - reader.lineStart + 1,
  };
  if (raw.includes('\n')) {
    reader.line += raw.split('\n').length - 1;
    reader.lineStart = reader.at + raw.lastIndexOf('\n') + 1;
  }
  END.lastIndex = reader.at + raw.length;
  reader.at = END.exec(reader.text)?.index ?? reader.text.length;
  return cell;
};
