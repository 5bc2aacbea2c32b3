/** Pictures of the dashboard: screenshots.test.ts takes them, people see them in README and in the how-to. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, readTracked, trackedFiles } from '../architecture/tracked-files.ts';
import { OTHERS, VIEWS } from './shop/views.ts';

const FOLDER = 'docs/images';
const MOST_BYTES = 200_000;
const MOST_BYTES_OF_ALL = 3_000_000;

const kept = [...Object.values(VIEWS).flat(), ...OTHERS].filter(({ unkept }) => unkept !== true);
const wanted = [...kept.map(({ name }) => `${name}.png`), 'board-dark.png', 'board-phone.png'].toSorted();
const there = trackedFiles().filter((file) => file.startsWith(`${FOLDER}/`));
const bytes = (file: string): number => statSync(join(ROOT, file)).size;

/** Pictures that a page shows, with the words for those who do not see them. */
const shown = (page: string): readonly { readonly words: string; readonly picture: string }[] =>
  [...readTracked(page).matchAll(/!\[(?<words>[^\]]*)\]\((?:\.\.|docs)\/images\/(?<picture>[^)]+)\)/g)].map(
    ({ groups }) => ({ words: groups?.['words'] ?? '', picture: groups?.['picture'] ?? '' }),
  );
const inReadme = shown('README.md');
const all = [...inReadme, ...shown('docs/how-to/use-the-dashboard.md')];

describe('pictures of the dashboard', () => {
  it('there is one of every page, and no other', () => {
    expect(there.map((file) => file.slice(FOLDER.length + 1)).toSorted()).toEqual(wanted);
  });
  it('each is shown, with words', () => {
    expect(all.map(({ picture }) => picture).toSorted()).toEqual(wanted);
    expect(all.filter(({ words }) => words.trim().length < 10)).toEqual([]);
    expect(inReadme.length).toBeGreaterThanOrEqual(3);
  });
  it('none is heavy', () => {
    expect(there.filter((file) => bytes(file) > MOST_BYTES)).toEqual([]);
    expect(there.reduce((sum, file) => sum + bytes(file), 0)).toBeLessThan(MOST_BYTES_OF_ALL);
  });
});
