/** Markdown whose values come from slipway.yaml, which a stranger may have written: they are shown, and start nothing. */
import { printable } from '../output/printable.ts';

/** Text that stands as it is, whatever is in it. */
export const plain = (text: string): string =>
  printable(text).replace(/[\\`*_[\]<>|#!~]/g, (character) => `\\${character}`);

/** A code span: as many backticks around as it takes. */
export const code = (text: string): string => {
  const inert = printable(text).replaceAll('|', '\\|');
  const longest = [...inert.matchAll(/`+/g)].reduce((most, [run]) => Math.max(most, run.length), 0);
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `\`${inert}\`` : `${fence} ${inert} ${fence}`;
};

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** A label of a Mermaid picture. */
export const label = (text: string): string =>
  `"${printable(text).replace(/[&"<>`#]/g, (character) => `#${character.charCodeAt(0)};`)}"`;
