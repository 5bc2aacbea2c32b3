import { basename } from 'node:path';
import {
  type BundleManifest,
  type BundleVerdict,
  bundleManifest,
  KEY_FILE,
  MANIFEST_FILE,
  SIGNATURE_FILE,
} from '@slipway/contracts/bundle-views';
import type { BundleEntry } from '@slipway/contracts/bundle-zip';
import { Failure } from '@slipway/contracts/failure';
import { type OpenZip, openZip } from './read-zip.ts';
import type { TrustedKeys } from './trusted-keys.ts';
import { brokenFiles, brokenList, firstStrangeByte } from './verify-files.ts';
import { brokenLinks, keysOf } from './verify-links.ts';
import { type Problem, verifySignature } from './verify-signature.ts';

const MOST_PROBLEMS = 20;
const MOST_MANIFEST_BYTES = 64 * 2 ** 20;
const MOST_KEY_BYTES = 10_000;

/** Looks at a bundle with nothing but the file: every file, the signature, the chain, and the bytes of the zip around them. Failure: usage (no such file). */
export const verifyBundle = async (file: string, trusted: TrustedKeys | null): Promise<BundleVerdict> => {
  const nothing = { file, ok: false, run: null, files: 0, bytes: 0, key: null };
  let zip: OpenZip;
  try {
    zip = await openZip(file);
  } catch (error) {
    const { code, message, syscall } = error as NodeJS.ErrnoException;
    if (code !== undefined && syscall !== undefined) throw new Failure('usage', { reason: `${message}.` }, error);
    return { ...nothing, problems: [{ path: basename(file), reason: `no bundle: ${message}` }] };
  }
  await using opened = zip;
  const { entries, bytes } = opened;
  const found = await look(file, entries, trusted);
  return {
    file,
    ok: found.problems.length === 0,
    run: found.manifest?.run ?? null,
    files: entries.length,
    bytes,
    key: found.key,
    problems: found.problems.slice(0, MOST_PROBLEMS),
  };
};

interface Found {
  readonly manifest: BundleManifest | null;
  readonly key: BundleVerdict['key'];
  readonly problems: readonly Problem[];
}

/** What a broken manifest says of the rest is worth nothing, so nothing more is said then. */
const look = async (file: string, entries: readonly BundleEntry[], trusted: TrustedKeys | null): Promise<Found> => {
  const none = { manifest: null, key: null };
  const [manifestBytes, signature, keyBytes] = [
    await contentOf(entries, MANIFEST_FILE, MOST_MANIFEST_BYTES),
    await contentOf(entries, SIGNATURE_FILE, MOST_KEY_BYTES),
    await contentOf(entries, KEY_FILE, MOST_KEY_BYTES),
  ];
  for (const part of [manifestBytes, signature, keyBytes])
    if (!Buffer.isBuffer(part)) return { ...none, problems: [part] };
  const parts = { manifest: manifestBytes as Buffer, signature: signature as Buffer, key: keyBytes as Buffer };
  const { key, problem } = verifySignature(parts, trusted);
  if (problem !== null) return { ...none, problems: [problem] };
  const manifest = parseManifest(parts.manifest);
  if (manifest === null)
    return { ...none, key, problems: [{ path: MANIFEST_FILE, reason: 'it is none that this version reads' }] };
  return { manifest, key, problems: await contentProblems(file, entries, manifest) };
};

const contentProblems = async (
  file: string,
  entries: readonly BundleEntry[],
  manifest: BundleManifest,
): Promise<readonly Problem[]> => {
  const wanted = [MANIFEST_FILE, SIGNATURE_FILE, ...manifest.files.map(({ path }) => path)];
  const listed = brokenList(entries, wanted);
  const problems = [...listed, ...(await brokenFiles(entries, manifest.files))];
  if (problems.length > 0) return problems;
  const keys = new Map<string, Buffer>();
  for (const { path, bytes } of entries) {
    const pem =
      path.endsWith('.pem') && bytes <= MOST_KEY_BYTES ? await contentOf(entries, path, MOST_KEY_BYTES) : null;
    if (Buffer.isBuffer(pem)) keys.set(path, pem);
  }
  const links = brokenLinks(manifest, keysOf(keys));
  return links.length > 0 ? links : zipProblems(file, entries);
};

const zipProblems = async (file: string, entries: readonly BundleEntry[]): Promise<Problem[]> => {
  const path = basename(file);
  try {
    const place = await firstStrangeByte(file, entries);
    const reason = `byte ${place} is not as Slipway writes it: something between the files (a time, a flag, a comment) was altered or added`;
    return place === null ? [] : [{ path, reason }];
  } catch (error) {
    return [{ path, reason: `it cannot be read: ${(error as Error).message}` }];
  }
};

const contentOf = async (entries: readonly BundleEntry[], path: string, most: number): Promise<Buffer | Problem> => {
  const same = entries.filter((entry) => entry.path === path);
  const [entry] = same;
  if (entry === undefined) return { path, reason: 'it is missing from the zip' };
  if (same.length > 1) return { path, reason: 'it is in the zip twice' };
  if (entry.bytes > most) return { path, reason: `it is longer than ${most} bytes` };
  const pieces: Buffer[] = [];
  try {
    for await (const piece of entry.open()) pieces.push(piece as Buffer);
  } catch (error) {
    return { path, reason: `it cannot be read: ${(error as Error).message}` };
  }
  return Buffer.concat(pieces);
};

const parseManifest = (bytes: Buffer): BundleManifest | null => {
  try {
    return bundleManifest.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
};
