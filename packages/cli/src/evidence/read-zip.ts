import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { BundleEntry } from '@slipway/contracts/bundle-zip';
import { openPromise, type ZipFile } from 'yauzl';

/** More than any release has. */
const MOST_ENTRIES = 100_000;
const STORED = 0;

export interface OpenZip extends AsyncDisposable {
  readonly bytes: number;
  /** As the zip lists them; a name may occur twice. */
  readonly entries: readonly BundleEntry[];
}

/**
 * A zip from anybody. Entries must be stored as they are, so nothing swells, and together be no longer than the file, so nothing is
 * in it twice. Names that lead elsewhere are refused by yauzl. Throws an Error that says what is wrong with it.
 */
export const openZip = async (file: string): Promise<OpenZip> => {
  const { size } = await stat(file);
  const zip = await openPromise(file, { autoClose: false, lazyEntries: true, strictFileNames: true });
  try {
    return { bytes: size, entries: await readEntries(zip, size), [Symbol.asyncDispose]: async () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
};

const readEntries = async (zip: ZipFile, size: number): Promise<BundleEntry[]> => {
  if (zip.entryCount > MOST_ENTRIES) throw new Error(`it has ${zip.entryCount} entries, more than ${MOST_ENTRIES}`);
  const entries: BundleEntry[] = [];
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName: path, uncompressedSize: bytes } = entry;
    if (entry.compressionMethod !== STORED || entry.isEncrypted())
      throw new Error(`${path} is compressed or encrypted, which Slipway never does`);
    total += bytes;
    if (total > size) throw new Error(`its entries are longer than itself (${path})`);
    entries.push({ path, bytes, open: () => Readable.from(content(zip, entry), { objectMode: false }) });
  }
  return entries;
};

async function* content(zip: ZipFile, entry: Parameters<ZipFile['openReadStreamPromise']>[0]): AsyncGenerator<Buffer> {
  yield* await zip.openReadStreamPromise(entry);
}
