import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SourceRepository } from '../ports/source-repository.ts';
import { readCommit } from './read-commit.ts';

const CONFIG = "version: 1\nname: shop\nodoo: { series: '19.0', addons: [.] }\n";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-commit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every commit has the same files, but for those that have no slipway.yaml. */
const repository = (without: ReadonlySet<string> = new Set()) => {
  const asked: string[] = [];
  const found = {
    readFile: async (sha: string) => {
      asked.push(sha);
      return without.has(sha) ? null : CONFIG;
    },
    checkout: async () => folder,
  } as unknown as SourceRepository;
  return { asked, found };
};

describe('reading a commit', () => {
  test('is done once while it is asked for, for each repository', async () => {
    const [one, other] = [repository(), repository()];
    const first = await readCommit(one.found, 'a');
    expect(await readCommit(one.found, 'a')).toBe(first);
    await readCommit(one.found, 'b');
    await readCommit(other.found, 'a');
    expect([one.asked, other.asked]).toEqual([['a', 'b'], ['a']]);
  });

  test('that failed is done again', async () => {
    const without = new Set(['a']);
    const { asked, found } = repository(without);
    await expect(readCommit(found, 'a')).rejects.toMatchObject({ code: 'config-missing' });
    without.clear();
    expect(await readCommit(found, 'a')).toMatchObject({ sha: 'a' });
    expect(asked).toEqual(['a', 'a']);
  });
});
