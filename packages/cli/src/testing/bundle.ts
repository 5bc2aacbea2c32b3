/** A small bundle as the server writes one, and ways to write one that it never would. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { BundleManifest } from '@slipway/contracts/bundle-views';
import { type BundleEntry, bundleZip, bytesEntry } from '@slipway/contracts/bundle-zip';
import { chainOf, fingerprintOf, GENESIS, keyIdOf, signedText } from '@slipway/contracts/evidence-chain';

export const makeKey = (): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } =>
  generateKeyPairSync('ed25519');
export type Keys = ReturnType<typeof makeKey>;

export const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export const bytesOf = async (stream: Readable): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
};

const RUN = 'run_1';
const AT = '2026-03-01T10:00:00.000Z';
const LOG = Buffer.from('Odoo starts\n');
const PATH = '2026-03-01T10-00-00Z-run_1/build/odoo.log';

const chained = ({ publicKey, privateKey }: Keys): BundleManifest['runs'] => {
  const file = { path: PATH, sha256: sha256(LOG), bytes: LOG.length, createdAt: AT };
  const link = { sequence: 1, ...file, previousChain: GENESIS, chain: chainOf(GENESIS, RUN, file) };
  const { chain } = link;
  const key = keyIdOf(publicKey);
  const head = { number: 1, run: RUN, sequence: 1, chain, previous: GENESIS, sealedAt: AT, key };
  const signature = sign(null, Buffer.from(signedText(head)), privateKey).toString('base64');
  return [{ run: RUN, role: 'subject', chain: [link], heads: [{ ...head, signature }] }];
};

/** The parts of a bundle; `change` writes another manifest, which is then signed. */
export const bundleParts = (keys: Keys, change: (manifest: BundleManifest) => BundleManifest = (same) => same) => {
  const contents: [string, Buffer][] = [
    ['summary.html', Buffer.from('<!doctype html>\n')],
    ['summary.json', Buffer.from('{}\n')],
    ['public-key.pem', Buffer.from(pemOf(keys.publicKey))],
    [`evidence/${PATH}`, LOG],
  ];
  const manifest = change({
    format: 'slipway-evidence-bundle',
    version: 1,
    instance: 'test',
    run: RUN,
    key: { id: keyIdOf(keys.publicKey), fingerprint: fingerprintOf(keys.publicKey) },
    files: contents.map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: sha256(bytes) })),
    runs: chained(keys),
  });
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const entries: BundleEntry[] = [
    bytesEntry('manifest.json', text),
    bytesEntry('manifest.sig', sign(null, text, keys.privateKey)),
    ...contents.map(([path, bytes]) => bytesEntry(path, bytes)),
  ];
  return entries;
};

export const bundleBytes = (entries: readonly BundleEntry[]): Promise<Buffer> => bytesOf(bundleZip(entries).content);
