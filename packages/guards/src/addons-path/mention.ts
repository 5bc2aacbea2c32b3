/** One place that says what Odoo's addons path is. */
export interface Entry {
  /** As it stands there. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

export interface Mention {
  readonly file: string;
  readonly entries: readonly Entry[];
  /** Which folder of the repository is where in the container, as far as the same place says; the deepest first. */
  readonly mounts: readonly Mount[];
}

export interface Mount {
  readonly from: string;
  readonly to: string;
}

/** Without `.`, empty parts, a slash at the end; `..` that leads out stays. */
export const cleanPath = (path: string): string => {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + parts.join('/');
};

/** The folders of a list with commas, each with its place; `column` is where the list starts. */
export const entriesOf = (list: string, line: number, column: number): readonly Entry[] => {
  const entries: Entry[] = [];
  for (const { 0: part, index } of list.matchAll(/[^,]+/g)) {
    const text = part.trim();
    if (text !== '') entries.push({ text, line, column: column + index + part.indexOf(text) });
  }
  return entries;
};

const OPTION = /--addons-path(?:=|\s+|["']\s*,\s*["'])["']?([^\s"']+)/g;
const VARIABLE = /\b(?:ODOO_)?ADDONS_PATH["']?\s*[=:]\s*["']?([^\s"'#]+)/g;

/** Addons paths in the text of a file: options of commands, and variables; comments are left out. */
export const entriesInText = (text: string): readonly (readonly Entry[])[] =>
  text.split('\n').flatMap((line, i) => {
    if (/^\s*(?:#|\/\/|;)/.test(line)) return [];
    return [OPTION, VARIABLE].flatMap((pattern) =>
      [...line.matchAll(pattern)].map((found) => {
        const list = found[1] ?? '';
        return entriesOf(list, i + 1, found.index + found[0].lastIndexOf(list) + 1);
      }),
    );
  });

export const byDepth = (mounts: readonly Mount[]): readonly Mount[] =>
  mounts.toSorted((one, other) => other.to.length - one.to.length);
