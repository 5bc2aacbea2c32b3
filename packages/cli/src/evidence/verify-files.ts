import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { BundleManifest } from '@slipway/contracts/bundle-views';
import { type BundleEntry, bundleZip } from '@slipway/contracts/bundle-zip';
import type { Problem } from './verify-signature.ts';

/** Entries that the manifest does not name, or that stand twice or elsewhere; and named ones that are not there. */
export const brokenList = (entries: readonly BundleEntry[], wanted: readonly string[]): Problem[] => {
  const known = new Set(wanted);
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const { path } of entries) {
    if (seen.has(path)) problems.push({ path, reason: 'it is in the zip twice' });
    else if (!known.has(path)) problems.push({ path, reason: 'it was added: the manifest does not name it' });
    seen.add(path);
  }
  for (const path of known) if (!seen.has(path)) problems.push({ path, reason: 'it is missing from the zip' });
  if (problems.length > 0) return problems;
  const moved = entries.find(({ path }, index) => path !== wanted[index]);
  return moved === undefined ? [] : [{ path: moved.path, reason: 'it is not at its place in the zip' }];
};

/** Files whose content is not the one that the manifest names. */
export const brokenFiles = async (
  entries: readonly BundleEntry[],
  files: BundleManifest['files'],
): Promise<Problem[]> => {
  const wanted = new Map(files.map((file) => [file.path, file]));
  const problems: Problem[] = [];
  for (const entry of entries) {
    const file = wanted.get(entry.path);
    const reason = file === undefined ? null : await brokenFile(entry, file);
    if (reason !== null) problems.push({ path: entry.path, reason });
  }
  return problems;
};

const brokenFile = async (entry: BundleEntry, file: BundleManifest['files'][number]): Promise<string | null> => {
  if (entry.bytes !== file.bytes) return `it was altered: ${entry.bytes} bytes instead of ${file.bytes}`;
  const hash = createHash('sha256');
  try {
    for await (const chunk of entry.open()) hash.update(chunk as Buffer);
  } catch (error) {
    return `it cannot be read: ${(error as Error).message}`;
  }
  return hash.digest('hex') === file.sha256 ? null : 'it was altered: another SHA-256';
};

/**
 * Writes the bundle once more and compares: what is left to alter then are the bytes of the zip itself, and those have one form. Answers the
 * place of the first that differs; null: none.
 */
export const firstStrangeByte = async (file: string, entries: readonly BundleEntry[]): Promise<number | null> => {
  const found = createReadStream(file)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const wanted = bundleZip(entries).content[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let [place, left, right] = [0, Buffer.alloc(0), Buffer.alloc(0)];
  try {
    for (;;) {
      if (left.length === 0) left = await more(found);
      if (right.length === 0) right = await more(wanted);
      const length = Math.min(left.length, right.length);
      if (length === 0) return left.length === right.length ? null : place;
      if (!left.subarray(0, length).equals(right.subarray(0, length))) return place + firstDifference(left, right);
      place += length;
      [left, right] = [left.subarray(length), right.subarray(length)];
    }
  } finally {
    await Promise.all([found.return?.(), wanted.return?.()]);
  }
};

/** Empty at the end, and only there. */
const more = async (chunks: AsyncIterator<Buffer>): Promise<Buffer<ArrayBuffer>> => {
  for (;;) {
    const { value, done } = await chunks.next();
    if (done) return Buffer.alloc(0);
    if (value.length > 0) return value as Buffer<ArrayBuffer>;
  }
};

const firstDifference = (left: Buffer, right: Buffer): number => left.findIndex((byte, index) => byte !== right[index]);
