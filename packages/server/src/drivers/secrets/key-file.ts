import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '@slipway/contracts/failure';

/** 256 bits for AES, and a name that says nothing about them. */
export interface MasterKey {
  readonly id: string;
  readonly bytes: Buffer;
}

export const newMasterKey = (bytes: Buffer = randomBytes(32)): MasterKey => ({
  id: createHash('sha256').update('slipway master key id').update(bytes).digest('hex').slice(0, 16),
  bytes,
});

const HEADER =
  '# Master key of Slipway. Whoever has this file and the database can read every secret; without it nobody can. Back it up apart from the database.';

/** One key a line in base64; the first is the one to encrypt with, the others still open what a rotation has not reached. */
export const readKeys = async (file: string): Promise<MasterKey[]> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Failure('master-key-wrong', { file }, error);
  });
  const keys = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => Buffer.from(line, 'base64'));
  if (keys.length === 0 || keys.some((key) => key.length !== 32)) throw new Failure('master-key-wrong', { file });
  return keys.map((key) => newMasterKey(key));
};

/** Makes the file at the first start; two processes that start at once end with one and the same key. */
export const ensureKeyFile = async (file: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = await writeDraft(file, [newMasterKey()]);
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await chmod(file, 0o600);
};

/** Puts other keys in place at once: a reader sees the old file or the new one. */
export const writeKeys = async (file: string, keys: readonly MasterKey[]): Promise<void> => {
  await rename(await writeDraft(file, keys), file);
};

const writeDraft = async (file: string, keys: readonly MasterKey[]): Promise<string> => {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${[HEADER, ...keys.map((key) => key.bytes.toString('base64'))].join('\n')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
};
