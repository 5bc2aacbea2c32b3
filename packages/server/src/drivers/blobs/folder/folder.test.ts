import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newId, systemClock } from '../../../domain/clock.ts';
import { describeBlobStore } from '../../../ports/blob-store.contract.ts';
import { openFolderStore } from './index.ts';

const temporary = (): Promise<string> => mkdtemp(join(tmpdir(), 'slipway-blobs-'));
const openAt = (folder: string) => openFolderStore({ folder, newId, now: systemClock.now });

describeBlobStore('folder', async () => {
  const root = await temporary();
  return { store: openAt(join(root, 'store')), close: () => rm(root, { recursive: true, force: true }) };
});

describe('blobs in a folder', () => {
  it('leaves nothing of a blob that broke, and clears away what a crash left a day ago', async () => {
    const folder = await temporary();
    await mkdir(join(folder, '.unfinished'));
    await writeFile(join(folder, '.unfinished', 'left'), 'half');
    const tomorrow = new Date(Date.now() + 25 * 60 * 60 * 1000);
    const store = openFolderStore({ folder, newId, now: () => tomorrow });
    await store.put('a', Buffer.from('x'));
    expect(await readdir(join(folder, '.unfinished'))).toEqual([]);
    await rm(folder, { recursive: true });
  });

  it('says disk-full when the disk is full, and the blob is not there', async () => {
    const folder = await temporary();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
    try {
      const store = openAt(folder);
      await store.put('small', Buffer.alloc(1000));
      await expect(store.put('large', Buffer.alloc(3_000_000))).rejects.toMatchObject({ code: 'disk-full' });
      expect(await store.size('large')).toBeNull();
      expect(await store.size('small')).toBe(1000);
      expect(await readdir(join(folder, '.unfinished'))).toEqual([]);
    } finally {
      execFileSync('umount', [folder]);
      await rm(folder, { recursive: true });
    }
  });

  it('says store-refused for a folder that is a file', async () => {
    const folder = await temporary();
    await writeFile(join(folder, 'store'), '');
    await expect(openAt(join(folder, 'store')).put('a', Buffer.from('x'))).rejects.toMatchObject({
      code: 'store-refused',
    });
    await chmod(folder, 0o700);
    await rm(folder, { recursive: true });
  });

  it('is not empty but missing when the disk that holds it is not mounted', async () => {
    const list = async () => {
      for await (const entry of openAt('/nonexistent/disk/store').list('')) expect(entry).toBeNull();
    };
    await expect(list()).rejects.toMatchObject({ code: 'blob-missing' });
  });
});
