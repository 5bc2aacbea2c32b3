/**
 * Files that are partly ours: what stands between our two marks is written anew, what stands outside is never touched.
 * Marks are comments of the form `# >>> slipway: name` and `# <<< slipway: name`, on lines of their own.
 */

// An editor may have written carriage returns.
const START = /^[ \t]*# >>> slipway: ([\w][\w -]{0,80}?)(?: \(made by [^)]{0,80}\))?[ \t\r]*$/;
const END = /^[ \t]*# <<< slipway: ([\w][\w -]{0,80}?)[ \t\r]*$/;

export interface Region {
  readonly name: string;
  /** Without marks and without a line break at its end. */
  readonly text: string;
}

const HINT = '(made by slipway; edit outside of these marks)';

export const marked = ({ name, text }: Region): string => {
  const indent = /^[ \t]*/.exec(text)?.[0] ?? '';
  return `${indent}# >>> slipway: ${name} ${HINT}\n${text}\n${indent}# <<< slipway: ${name}`;
};

interface Piece {
  readonly name: string | null;
  readonly lines: readonly string[];
}

/** A file cut into our regions and what is between them; null when marks do not pair. */
const piecesOf = (text: string): readonly Piece[] | null => {
  const pieces: Piece[] = [];
  let name: string | null = null;
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const [start, end] = [START.exec(line)?.[1], END.exec(line)?.[1]];
    if (start === undefined && end === undefined) {
      lines.push(line);
      continue;
    }
    if (start !== undefined ? name !== null : name !== end) return null;
    pieces.push({ name, lines });
    [name, lines] = [start ?? null, []];
  }
  return name === null ? [...pieces, { name, lines }] : null;
};

/**
 * `existing` with our regions as `wanted` says: known ones replaced where they stand, new ones at the end, those that are no
 * longer wanted removed. Null when its marks do not pair, so that nobody can say what is whose.
 */
export const withRegions = (existing: string, wanted: readonly Region[]): string | null => {
  const pieces = piecesOf(existing);
  if (pieces === null) return null;
  const there = new Set(pieces.map(({ name }) => name));
  const kept = pieces.flatMap(({ name, lines }) => {
    if (name === null) return lines.length === 0 ? [] : [lines.join('\n')];
    const region = wanted.find((one) => one.name === name);
    return region === undefined ? [] : [marked(region)];
  });
  const text = kept.join('\n');
  const added = wanted.filter(({ name }) => !there.has(name)).map(marked);
  if (added.length === 0) return text;
  const head = text.trimEnd();
  return `${head === '' ? '' : `${head}\n\n`}${added.join('\n\n')}\n`;
};

/** What people wrote; all of it when marks do not pair. */
export const withoutRegions = (text: string): string =>
  piecesOf(text)
    ?.filter(({ name }) => name === null)
    .map(({ lines }) => lines.join('\n'))
    .join('\n') ?? text;

/** Names of our regions, in their order; null when marks do not pair. */
export const regionNames = (text: string): readonly string[] | null =>
  piecesOf(text)?.flatMap(({ name }) => name ?? []) ?? null;
