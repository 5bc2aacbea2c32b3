import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { wrongIn } from './testing/command-lines.ts';

const folder = join(import.meta.dirname, '../../../docs/how-to');

/** Command lines of a page: in its blocks (with or without what comes before), and between backticks. */
const linesOf = (page: string): string[] => {
  const blocks = page.split('\n').filter((line) => line.startsWith('    '));
  const inline = [...page.matchAll(/`(slipway [^`]+)`/g)].map(([, line]) => line ?? '');
  return [...blocks, ...inline].flatMap((line) => {
    const found = /(?:^ {4}|&& |^)(slipway [a-z][^#|<>\n]*)/.exec(line)?.[1];
    return found === undefined ? [] : [found.replaceAll('"', '').trim()];
  });
};

for (const file of readdirSync(folder))
  it(`${file} says only what the command line takes`, async () => {
    const lines = linesOf(readFileSync(join(folder, file), 'utf8'));
    const wrong = await Promise.all(lines.map(async (line) => [line, await wrongIn(line)]));

    expect(wrong.filter(([, reason]) => reason !== null)).toEqual([]);
  });

it('a page that says something else is noticed', async () => {
  expect(linesOf('text\n    slipway backup creat --wait   # x\n`slipway snapshot pin A --on` and')).toEqual([
    'slipway backup creat --wait',
    'slipway snapshot pin A --on',
  ]);
  expect(await wrongIn('slipway backup creat --wait')).toContain("unknown command 'creat'");
  expect(await wrongIn('slipway snapshot pin A --on')).toContain("unknown option '--on'");
});
