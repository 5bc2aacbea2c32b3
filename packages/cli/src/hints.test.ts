import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { wrongIn } from './testing/command-lines.ts';

const PACKAGES = join(import.meta.dirname, '../..');

/** Between backticks, also escaped ones of a template; or after a colon, to the end of the text. */
const SPOKEN = [/\\?`(slipway [a-z][^`\n]*?)\\?`/g, /: (slipway [a-z][^'`\n]*)['`]/g];
/** An option filled in with its value: nothing to look at. */
const OPTION = / \$\{option\} <\w+>/g;
/** What is filled in later (`${id}`, `{run}`, `<backup>`) stands for one word. */
const HOLE = /\$\{[^}]*\}|\{\w+\}|<[^>]+>/g;

/** Command lines that a program's own words name. `slipway preview close|wake` names two verbs. */
const linesOf = (source: string): string[] =>
  SPOKEN.flatMap((pattern) => [...source.matchAll(pattern)]).flatMap(([, line = '']) => {
    const bare = line
      .replaceAll('…', '')
      .replace(OPTION, '')
      .replace(HOLE, '12')
      .replace(/ [|<] .*/, '')
      .trim();
    const either = /^(.*?)(\S+\|\S+)(.*)$/.exec(bare);
    return either === null ? [bare] : (either[2] ?? '').split('|').map((word) => `${either[1]}${word}${either[3]}`);
  });

/** A verb is named, or its option: nobody is to type just that. */
const ONLY_NAMED = /^error: required option|argument missing$/;

const files = readdirSync(PACKAGES, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /^[a-z]+\/src\/.*\.ts$/.test(file) && !/\.test\.ts$|\/testing\/|\/node_modules\//.test(file),
);

it('no message, hint or help names a command or an option that there is none of', async () => {
  const spoken = files.flatMap((file) =>
    linesOf(readFileSync(join(PACKAGES, file), 'utf8')).map((line) => [file, line] as const),
  );
  const wrong = await Promise.all(spoken.map(async ([file, line]) => [file, line, await wrongIn(line)] as const));
  const real = wrong.filter(([, , reason]) => reason !== null && !ONLY_NAMED.test(reason));

  expect(spoken.length).toBeGreaterThan(100);
  expect(real).toEqual([]);
});

it('a hint that names another one is noticed', async () => {
  expect(linesOf("'Ask `slipway backup creat {id}`, or', `\\`slipway snapshot pin ${id} --on\\``")).toEqual([
    'slipway backup creat 12',
    'slipway snapshot pin 12 --on',
  ]);
  expect(await wrongIn('slipway backup creat 12')).toContain("unknown command 'creat'");
  expect(await wrongIn('slipway snapshot pin 12 --on')).toContain("unknown option '--on'");
});
