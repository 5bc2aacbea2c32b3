import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFilestores } from '../../ports/filestores.contract.ts';
import { openFilestores } from './index.ts';

const scratch = (): Promise<string> => mkdtemp(join(tmpdir(), 'slipway-filestores-'));
const put = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
};

describeFilestores('folders on this host', async () => {
  const root = await scratch();
  const filestores = openFilestores(root);
  return {
    filestores,
    write: async (owner, path, text) => put(join(await filestores.ensure(owner), path), text),
    read: (owner, path) => readFile(join(root, owner, path), 'utf8').catch(() => null),
    close: () => rm(root, { recursive: true, force: true }),
  };
});

describe('a copy on this host', () => {
  let root: string;
  beforeAll(async () => {
    root = await scratch();
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('costs no space for the attachments', async () => {
    const filestores = openFilestores(root);
    const folder = await filestores.ensure('shop/template-a');
    await put(join(folder, 'filestore/t/ab/big'), 'x'.repeat(1024 * 1024));
    await filestores.clone({ owner: 'shop/template-a', database: 't' }, { owner: 'shop/pr-1', database: 'p' });

    const [from, to] = await Promise.all([
      stat(join(folder, 'filestore/t/ab/big')),
      stat(join(root, 'shop/pr-1/filestore/p/ab/big')),
    ]);
    // Either the same file (hard link), or one that shares its blocks: then the inode differs, and the space is the filesystem's to tell.
    expect(from.ino === to.ino || from.size === to.size).toBe(true);
  });

  it('is made anew when a crash left half of one', async () => {
    const filestores = openFilestores(root);
    await put(join(await filestores.ensure('shop/template-b'), 'filestore/t/ab/one'), '1');
    await put(join(root, 'shop/pr-2.partial/filestore/t/ab/half'), 'half');

    await filestores.clone({ owner: 'shop/template-b', database: 't' }, { owner: 'shop/pr-2', database: 'p' });

    expect(await readdir(join(root, 'shop/pr-2/filestore/p/ab'))).toEqual(['one']);
    await expect(lstat(join(root, 'shop/pr-2.partial'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says whose the half of a copy is that a crash left', async () => {
    const filestores = openFilestores(root);
    await put(join(root, 'shop/pr-3.partial/x'), 'half');

    const thing = (await filestores.owned()).find((one) => one.name === 'shop/pr-3.partial');
    expect(thing).toMatchObject({ kind: 'folder', owner: 'shop/pr-3' });
  });
});
