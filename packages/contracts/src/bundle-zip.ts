/**
 * The bytes of an evidence bundle: one way to write them and no other, so that who checks a bundle writes it once more and compares.
 * Stored, not compressed: nothing depends on a version of zlib, and nothing in it can swell. Times are a constant.
 */
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';

export interface BundleEntry {
  readonly path: string;
  readonly bytes: number;
  open(): Readable;
}

/** Of the local time zone, as the format has it: the same digits everywhere. */
const TIME = new Date(1980, 0, 1, 12);
const MODE = 0o100644;

/** One file is open at a time. The stream breaks when a file turns out to be longer or shorter than was said. */
export const bundleZip = (entries: readonly BundleEntry[]): { readonly bytes: number; readonly content: Readable } => {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let current: Readable | undefined;
  zip.on('error', (error: Error) => output.destroy(error));
  for (const { path, bytes, open } of entries) {
    const options = { mtime: TIME, mode: MODE, compress: false, forceDosTimestamp: true, size: bytes };
    zip.addReadStreamLazy(path, options, (ready) => {
      current = open().on('error', (error: Error) => output.destroy(error));
      ready(null, current);
    });
  }
  output.once('close', () => current?.destroy());
  let total = -1;
  // All sizes are known, so it is called at once; the types leave its argument out.
  zip.end(undefined, ((size: number) => {
    total = size;
  }) as () => void);
  return { bytes: total, content: output };
};

export const bytesEntry = (path: string, content: Uint8Array): BundleEntry => ({
  path,
  bytes: content.length,
  open: () => Readable.from([content], { objectMode: false }),
});
