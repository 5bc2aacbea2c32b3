/** Bytes in the store that only who has the key can read, under a name that says nothing of them. */
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { Failure } from '@slipway/contracts/failure';
import type { Repository } from '../repository.ts';
import { SealError, sealed, unsealed } from '../seal.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

async function* one(content: Buffer): AsyncIterable<Buffer> {
  yield content;
}
const joined = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => {
  const list: Buffer[] = [];
  for await (const piece of pieces) list.push(piece);
  return Buffer.concat(list);
};

/** Answers the bytes that are stored. Failure: snapshot-key-missing, and the store's. */
export const putSealed = async (to: Repository, name: string, content: Buffer): Promise<number> => {
  if (to.sealedWith === null) throw new Failure('snapshot-key-missing');
  const stored = await joined(sealed(to.sealedWith, name, one(await compress(content, LEVEL))));
  await to.store.put(name, stored);
  return stored.length;
};

/** Failures: archive-damaged, snapshot-key-wrong, and the store's. */
export const getSealed = async (from: Repository, name: string): Promise<Buffer> => {
  try {
    const stored = await from.store.get(name);
    return await decompress(await joined(unsealed(from.sealedWith, name, one(stored))));
  } catch (error) {
    if (error instanceof SealError && error.reason !== 'damaged')
      throw new Failure('snapshot-key-wrong', { snapshot: name, part: `The archive of the log (${name})` }, error);
    if (error instanceof Failure && error.code !== 'blob-missing') throw error;
    throw new Failure('archive-damaged', { object: name, reason: (error as Error).message }, error);
  }
};
