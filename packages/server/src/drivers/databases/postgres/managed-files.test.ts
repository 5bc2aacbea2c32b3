import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ensureFolders, managedFolders } from './managed-files.ts';

it('does not write the rules of access again when they are right, since on a full disk that would empty them', async () => {
  const root = await mkdtemp(join(tmpdir(), 'slipway-managed-'));
  const folders = managedFolders(root);
  const rules = join(folders.config, 'pg_hba.conf');
  try {
    await ensureFolders(folders);
    const written = await readFile(rules, 'utf8');
    await utimes(rules, 1000, 1000);
    await ensureFolders(folders);
    expect((await stat(rules)).mtimeMs).toBe(1_000_000);

    await writeFile(rules, '');
    await ensureFolders(folders);
    expect(await readFile(rules, 'utf8')).toBe(written);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
