import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findChromium } from './find-chromium.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-chromium-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const program = async (file: string, mode = 0o755): Promise<string> => {
  await mkdir(join(folder, file, '..'), { recursive: true });
  await writeFile(join(folder, file), '');
  await chmod(join(folder, file), mode);
  return join(folder, file);
};

it('takes the program that is named, also when there are others', async () => {
  await program('bin/chromium');
  const mine = await program('mine/my-chrome');

  expect(await findChromium(mine, join(folder, 'bin'))).toBe(mine);
});

it('takes the first of PATH that can be started', async () => {
  await program('one/chromium', 0o644);
  const found = await program('two/google-chrome');

  expect(await findChromium('', ['relative', join(folder, 'one'), join(folder, 'two')].join(delimiter))).toBe(found);
});

it('refuses a program that is not there, rather than taking another', async () => {
  await program('bin/chromium');

  await expect(findChromium(join(folder, 'none'), join(folder, 'bin'))).rejects.toMatchObject({
    code: 'browser-missing',
    hint: expect.stringContaining('apt install chromium'),
  });
});
