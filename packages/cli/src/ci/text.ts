/** Pieces of workflow text. */

/** An expression that GitHub fills in. Only for `env`, `with` and `if`: in a command line it would be code. */
export const expression = (text: string): string => ['$', '{{ ', text, ' }}'].join('');

/** Text as YAML's double quotes take it. */
export const quoted = (text: string): string => JSON.stringify(text);

/** A branch or folder in a filter, where these characters would be a pattern. */
export const literal = (text: string): string => text.replace(/[*?+!@()[\]\\]/g, '\\$&');

export const indented = (lines: readonly string[], by: number): readonly string[] =>
  lines.map((line) => (line === '' ? '' : `${' '.repeat(by)}${line}`));
