/** Text of other people inside our Markdown. Whatever they write, it stays text: no HTML, no link, no mention, no end of our block. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point.
const ANSI = /\x1b\[[0-9;?]*[A-Za-z]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the point. Also what reverses the direction of text.
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Not seen, but GitHub no longer takes `@mona` for a mention, `#1` for a reference or `https://` for a link. */
const BREAK = '\u200b';

const clean = (text: string): string => text.replace(ANSI, '').replace(CONTROL, '');
const oneLine = (text: string, limit: number): string => {
  const line = clean(text).replace(/\s+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
};
const fenceFor = (text: string, least: number): string => {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  return '`'.repeat(Math.max(least, longest + 1));
};

/** A code span; good in a table too. */
export const code = (text: string, limit = 200): string => {
  const line = oneLine(text, limit).replaceAll('|', '\\|');
  if (line === '') return '` `';
  const fence = fenceFor(line, 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
};

/** A sentence. What stands in a pair of backticks becomes a code span. */
export const sentence = (text: string, limit = 600): string =>
  oneLine(text, limit)
    .split(/(?<!`)`([^`]+)`(?!`)/)
    .map((part, index) => (index % 2 === 1 ? code(part, limit) : plain(part)))
    .join('');

const plain = (text: string): string =>
  text
    .replace(/[\\`*_{}[\]()#+!|~<>&]/g, (character) => HTML[character] ?? `\\${character}`)
    .replace(/^([-=.\d])/, `${BREAK}$1`)
    .replace(/([@#])(?=\w)/g, `$1${BREAK}`)
    .replace(/:\/\//g, `:${BREAK}//`)
    .replace(/www\./gi, `www${BREAK}.`)
    .replace(/\bGH-(?=\d)/gi, `GH${BREAK}-`);

const HTML: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;' };

/** The last lines of a log as a code block whose end no line can be. At most 40 lines of 300 characters. */
export const codeBlock = (lines: readonly string[]): string => {
  const kept = lines
    .flatMap((line) => clean(line).split(/\r\n|\r|\n/))
    .slice(-40)
    .map((line) => (line.length > 300 ? `${line.slice(0, 299)}…` : line));
  const fence = fenceFor(kept.join('\n'), 3);
  return [`${fence}text`, ...kept, fence].join('\n');
};

/** An address of ours as a link, with itself as its text unless another is given; anything that is no address of the web stays text. */
export const link = (url: string, text?: string): string => {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return code(url);
  const href = `<${parsed.href.replace(/[<>\s]/g, encodeURIComponent)}>`;
  return text === undefined ? href : `[${text}](${href})`;
};

export const details = (summary: string, body: string): string =>
  `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
