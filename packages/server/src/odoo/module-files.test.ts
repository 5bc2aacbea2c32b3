import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readModuleFiles } from './module-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-modules-'));
  for (const path of ['a/one/data', 'a/two', 'a/not_a_module/data', 'b/three'])
    await mkdir(join(folder, path), { recursive: true });
  for (const path of ['a/one', 'a/two', 'b/three']) await writeFile(join(folder, path, '__manifest__.py'), '{}');
  for (const path of ['a/one', 'a/not_a_module'])
    await writeFile(join(folder, path, 'data/neutralize.sql'), 'select 1');
  await writeFile(join(folder, 'b/three/data'), 'a file where a folder is meant');
});
afterAll(() => rm(folder, { recursive: true }));

test('modules are found in the folders’ order, with the text of the file or without it', async () => {
  expect(await readModuleFiles(folder, ['b', 'a'], 'data/neutralize.sql')).toEqual([
    { name: 'three', text: null },
    { name: 'one', text: 'select 1' },
    { name: 'two', text: null },
  ]);
});
