/** RFC 4180: a field with a comma, a quote or a line break is quoted. Every line ends with one, the last one too. */
const field = (value: unknown): string => {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** `columns`: the head, and which properties of the rows stand under it. */
export const csv = (columns: readonly string[], rows: readonly Readonly<Record<string, unknown>>[]): string =>
  [columns, ...rows.map((row) => columns.map((column) => row[column]))]
    .map((cells) => `${cells.map(field).join(',')}\n`)
    .join('');
