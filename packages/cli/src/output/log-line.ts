import type { LogLine } from '@slipway/contracts/views';
import { printable } from './printable.ts';
import type { Colour, Screen } from './screen.ts';

const LEVELS: readonly (readonly [RegExp, Colour])[] = [
  [/\b(ERROR|CRITICAL|FATAL|Traceback)\b/, 'red'],
  [/\bWARN(ING)?\b/, 'yellow'],
  [/\bDEBUG\b/, 'dim'],
];

const colourOf = (text: string): Colour | undefined => LEVELS.find(([pattern]) => pattern.test(text))?.[1];

/** Odoo's lines carry their own time; the others get the wall clock time in UTC in front. */
export const logText = (line: LogLine, screen: Screen): string => {
  const text = printable(line.text);
  const colour = colourOf(text.slice(0, 200));
  const painted = colour ? screen.paint(colour, text) : text;
  if (line.stream === 'odoo') return painted;
  return `${screen.paint('dim', `${printable(line.at).slice(11, 19)} ${line.stream}`)} ${painted}`;
};
