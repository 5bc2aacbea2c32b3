import { describe, expect, it } from 'vitest';
import { readTracked, trackedFiles } from './tracked-files.ts';

const files = trackedFiles();

describe('the dictionary', () => {
  const rows = readTracked('docs/dictionary.md')
    .split('\n')
    .map(
      (line) => /^\| \*\*(?<word>[^*]+)\*\* \| (?<meaning>.+) \| `(?<file>[^#`]+)#(?<name>\w+)` \|$/.exec(line)?.groups,
    )
    .filter((row) => row !== undefined);

  it('has a row of the right form for every word', () => {
    const words = readTracked('docs/dictionary.md')
      .split('\n')
      .filter((line) => line.startsWith('| **'));

    expect(rows.length).toBe(words.length);
    expect(rows.length).toBeGreaterThan(20);
  });

  for (const { word = '', meaning = '', file = '', name = '' } of rows)
    it(`${word} is ${name} in ${file}`, () => {
      expect(files).toContain(file);
      expect(readTracked(file)).toMatch(new RegExp(`^export (?:interface|type|const|class|function) ${name}\\b`, 'm'));
      expect(meaning).toMatch(/\.$/);
    });
});

describe('decisions', () => {
  const decisions = files.filter((file) => /^docs\/decisions\/.*\.md$/.test(file) && !file.endsWith('/README.md'));
  const SECTIONS = ['Status', 'Context', 'Decision', 'What we gave up', 'How we would notice that it was wrong'];

  /** `## Context`, `**Context.** …` and `Status: …` are the same thing. */
  const has = (text: string, section: string): boolean =>
    new RegExp(`^(?:#+ +|\\*\\*)?${section}(?:[.:]|\\s*$)`, 'm').test(text);

  for (const file of decisions)
    it(`${file} has the five sections`, () => {
      const text = readTracked(file);

      expect(SECTIONS.filter((section) => !has(text, section))).toEqual([]);
      expect(file).toMatch(/\/\d{4}-[a-z0-9-]+\.md$/);
    });

  it('no number is given twice', () => {
    const numbers = decisions.map((file) => file.slice('docs/decisions/'.length, 'docs/decisions/'.length + 4));

    expect(numbers.filter((number, i) => numbers.indexOf(number) !== i)).toEqual([]);
  });
});

/** Folders of the server's source that hold files, and each driver's own folder. */
const folders = (): readonly string[] => {
  const found = files.flatMap((file) => {
    const driver = /^packages\/server\/src\/drivers\/[^/]+\/[^/]+(?=\/)/.exec(file)?.[0];
    const layer = /^packages\/server\/src\/[^/]+(?=\/)/.exec(file)?.[0];
    return [driver, layer].filter((folder) => folder !== undefined);
  });
  return [...new Set(found)].filter((folder) => !folder.endsWith('/migrations')).sort();
};

describe('every folder says what it is', () => {
  for (const folder of folders())
    it(`${folder} has a README.md`, () => {
      expect(files).toContain(`${folder}/README.md`);
      const lines = readTracked(`${folder}/README.md`).trim().split('\n');
      expect(lines.length).toBeGreaterThanOrEqual(3);
      expect(lines.length).toBeLessThanOrEqual(60);
    });
});

/** Files of a folder that its registry does not name. */
const unlisted = (index: string): readonly string[] => {
  const folder = index.slice(0, -'index.ts'.length);
  const text = readTracked(index);
  return files
    .filter((file) => file.startsWith(folder))
    .map((file) => file.slice(folder.length))
    .filter((file) => /^[^/]+(?<!\.test|\.contract)\.ts$/.test(file))
    .filter((file) => !['index.ts', 'step.ts', 'gate.ts'].includes(file))
    .filter((file) => !text.includes(`'./${file}'`));
};

describe('registries', () => {
  it('steps/index.ts and gates/index.ts list every file beside them', () => {
    const indexes = files.filter((file) => /^packages\/server\/src\/(?:steps|gates)\/index\.ts$/.test(file));

    expect(indexes.flatMap(unlisted)).toEqual([]);
  });
});
