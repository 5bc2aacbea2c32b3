import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { holdFiles, releaseFiles, requireFolder } from './export-files.ts';

describe('files that are held for a snapshot', () => {
  let filestore: string;
  beforeEach(async () => {
    filestore = await mkdtemp(join(tmpdir(), 'slipway-hold-'));
    await mkdir(join(filestore, 'ab'));
    await writeFile(join(filestore, 'ab/abcd'), 'one');
  });
  afterEach(() => rm(filestore, { recursive: true, force: true }));

  test('are held anew by the same snapshot when the process was killed in between', async () => {
    await holdFiles(filestore, 'snap_1');
    await writeFile(join(filestore, 'ab/abce'), 'came since');

    const hold = await holdFiles(filestore, 'snap_1');

    expect((await readdir(join(hold ?? '', 'ab'))).sort()).toEqual(['abcd', 'abce']);
    await releaseFiles(filestore, 'snap_1', new Date());
    expect(await readdir(filestore)).toEqual(['ab']);
  });

  test('of a folder that is not there are refused, and it is not made', async () => {
    const missing = join(filestore, 'missing');
    await expect(requireFolder(missing)).rejects.toMatchObject({ code: 'filestore-missing' });
    await expect(holdFiles(missing, 'snap_1')).rejects.toMatchObject({ code: 'filestore-missing' });
    expect(await readdir(filestore)).toEqual(['ab']);
  });
});
