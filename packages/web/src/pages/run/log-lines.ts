import type { LogLine } from '@slipway/contracts/views';
import { plainText } from '../../lib/ansi.ts';

export type Level = 'debug' | 'info' | 'warning' | 'error';

/** From the least to the most. */
export const LEVELS: readonly Level[] = ['debug', 'info', 'warning', 'error'];

const OF_ODOO = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) /;
const WORDS: Readonly<Record<string, Level>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARNING: 'warning',
  ERROR: 'error',
  CRITICAL: 'error',
};

/** A line of Odoo names its level; what follows without one (a traceback) is of the same. */
export const levelOf = (line: LogLine, before: Level): Level => {
  if (line.stream !== 'odoo') return 'info';
  const found = OF_ODOO.exec(line.text)?.[1];
  return found === undefined ? before : (WORDS[found] ?? 'info');
};

export interface Kept extends LogLine {
  readonly level: Level;
}

/**
 * The lines of one run, outside of React: a hundred thousand come in a second or two, and the page draws once a frame at most. `version`
 * is what React compares.
 */
export class LogLines {
  readonly lines: Kept[] = [];
  ended = false;
  #watchers = new Set<() => void>();
  #version = 0;
  #frame = 0;

  readonly version = (): number => this.#version;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  add(line: LogLine): void {
    const before = this.lines.at(-1)?.level ?? 'info';
    this.lines.push({ ...line, level: levelOf(line, before) });
    this.#tell();
  }

  end(): void {
    this.ended = true;
    this.#tell();
  }

  #tell(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#version += 1;
      for (const watcher of this.#watchers) watcher();
    });
  }

  /** As a file for people: without colours. */
  text(): string {
    return this.lines.map(({ text }) => `${plainText(text)}\n`).join('');
  }
}

/** Indexes of the lines that are at least of that level; null: all. */
export const atLeast = (lines: readonly Kept[], least: Level): readonly number[] | null => {
  const from = LEVELS.indexOf(least);
  if (from === 0) return null;
  const found: number[] = [];
  for (const [index, line] of lines.entries()) if (LEVELS.indexOf(line.level) >= from) found.push(index);
  return found;
};

/** Positions among the rows that are shown whose text has what was typed, whatever its case. */
export const findIn = (lines: readonly Kept[], rows: readonly number[] | null, typed: string): readonly number[] => {
  if (typed === '') return [];
  const wanted = typed.toLowerCase();
  const found: number[] = [];
  const count = rows?.length ?? lines.length;
  for (let at = 0; at < count; at++) {
    const line = lines[rows === null ? at : (rows[at] ?? 0)];
    // The cheap look first: nearly no line has it.
    if (line !== undefined && plainText(line.text).toLowerCase().includes(wanted)) found.push(at);
  }
  return found;
};
