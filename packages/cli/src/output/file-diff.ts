import { createTwoFilesPatch } from 'diff';
import { printable } from './printable.ts';
import type { Screen } from './screen.ts';

const MOST_CHARACTERS = 256 * 1024;

/** A unified diff of a file as it is and as it would be; empty when nothing changes. */
export const fileDiff = (file: string, before: string, after: string): string => {
  if (before === after) return '';
  const name = printable(file);
  if (before.length + after.length > MOST_CHARACTERS) return `--- ${name}\n+++ ${name}\n(too large to be compared)\n`;
  const patch = createTwoFilesPatch(name, name, before, after, 'as it is', 'as it would be', { context: 3 });
  return patch.replace(/^Index: .*\n=+\n/, '');
};

const COLOURS = { '+': 'green', '-': 'red', '@': 'cyan' } as const;

/** The same for people. */
export const diffText = (diff: string, screen: Screen): string =>
  diff
    .trimEnd()
    .split('\n')
    .map((line) => {
      const colour = COLOURS[line[0] as keyof typeof COLOURS];
      return colour === undefined ? printable(line) : screen.paint(colour, printable(line));
    })
    .join('\n');
