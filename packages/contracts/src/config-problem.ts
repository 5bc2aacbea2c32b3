/** What can be wrong with slipway.yaml, and how it is said. Never echoes a value that may be a secret. */

export interface ConfigProblem {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** `odoo.addons[1]`; empty for the file itself. */
  readonly path: string;
  /** What was found, shortened and masked; empty when something is missing. */
  readonly value: string;
  readonly message: string;
  /** What would be right, as words a person can type; empty when there is no list. */
  readonly allowed: readonly string[];
}

export type Path = readonly (string | number)[];

const SECRET_LOOKING = /pass|secret|token|credential|private|api_?key|auth|dsn/i;

/** Whether a key of this name tends to hold something that must not be printed. */
export const looksSecret = (name: string): boolean => SECRET_LOOKING.test(name);

/** `['odoo', 'addons', 1]` as `odoo.addons[1]`. */
export const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );

/** A value as it may be shown: secrets masked (by key, or inside an address), long ones cut. */
export const shownValue = (path: Path, value: unknown): string => {
  if (value === undefined) return '';
  if (path.some((part) => typeof part === 'string' && looksSecret(part))) return '[secret]';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const text = JSON.stringify(value).replace(/\/\/[^@/\s]*@/g, '//[secret]@');
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
};

/** Fewest single-character edits (insert, delete, replace, swap of neighbours) from one word to the other. */
const editDistance = (from: string, to: string): number => {
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      let best = Math.min(at(previous, column) + 1, at(current, column - 1) + 1, at(previous, column - 1) + +!same);
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) best = Math.min(best, at(before, column - 2) + 1);
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return at(previous, to.length);
};
const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;

/** The known word that was probably meant, or undefined when none is close. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  // A wrong number is not a typing mistake for another number.
  if (word.length > 64 || !/[a-z]/i.test(word)) return undefined;
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
};

/** `slipway.yaml:3:11: odoo.series: must be one of the allowed values (found "12.0"; allowed: 14.0, 15.0)` */
export const formatProblem = (problem: ConfigProblem): string => {
  const where = `${problem.file}:${problem.line}:${problem.column}`;
  const details = [
    ...(problem.value === '' ? [] : [`found ${problem.value}`]),
    ...(problem.allowed.length === 0 ? [] : [`allowed: ${problem.allowed.join(', ')}`]),
  ].join('; ');
  const label = `${problem.severity === 'warning' ? ' warning:' : ''}${problem.path === '' ? '' : ` ${problem.path}:`}`;
  return `${where}:${label} ${problem.message}${details === '' ? '' : ` (${details})`}`;
};

/** All problems as the one sentence that Failure `config-invalid` carries, errors first. */
export const formatProblems = (problems: readonly ConfigProblem[]): string =>
  [...problems]
    .sort((one, other) => Number(one.severity === 'warning') - Number(other.severity === 'warning'))
    .map(formatProblem)
    .join('\n');
