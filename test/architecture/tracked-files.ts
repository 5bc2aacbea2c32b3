import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Every file that git has, or would take; relative to the root. */
export const trackedFiles = (): readonly string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(ROOT, file)));

export const readTracked = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

export interface Hit {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Lines of `files` that `pattern` matches; comments count, because a rule in words is no rule. */
export const findLines = (files: readonly string[], pattern: RegExp): readonly Hit[] =>
  files.flatMap((file) =>
    readTracked(file)
      .split('\n')
      .flatMap((text, i) => (pattern.test(text) ? [{ file, line: i + 1, text: text.trim() }] : [])),
  );

export const places = (hits: readonly Hit[]): string[] => hits.map(({ file, line, text }) => `${file}:${line} ${text}`);
