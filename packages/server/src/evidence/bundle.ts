import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  type BundleManifest,
  type BundleSummary,
  EVIDENCE_FOLDER,
  KEY_FILE,
  MANIFEST_FILE,
  SIGNATURE_FILE,
} from '@slipway/contracts/bundle-views';
import { type BundleEntry, bundleZip, bytesEntry } from '@slipway/contracts/bundle-zip';
import { chainOf, signedText } from '@slipway/contracts/evidence-chain';
import { Failure } from '@slipway/contracts/failure';
import { type Artifact, listArtifacts } from '../store/artifacts.ts';
import { headsOfRun, type SignedHead } from '../store/evidence-heads.ts';
import type { Queryable } from '../store/queryable.ts';
import type { ReleaseRun } from '../store/release-runs.ts';
import { hashFile, sha256Of } from './files.ts';
import { headContent } from './heads.ts';
import type { SigningKey } from './signing-key.ts';

export interface BundleRequest {
  /** Of all evidence. */
  readonly folder: string;
  readonly db: Queryable;
  readonly key: SigningKey;
  readonly instance: string;
  /** The run that it is about first. */
  readonly runs: readonly ReleaseRun[];
  readonly summary: BundleSummary;
  /** The summary for people. */
  readonly page: string;
}

/** A file of the bundle with its hash. */
interface Hashed extends BundleEntry {
  readonly sha256: string;
}

/**
 * One zip with the evidence of a release. Signed is only what was just read and found to be as its row, chain and signed head say; nothing in
 * it depends on when it is made. Failures: evidence-unsealed, evidence-altered.
 */
export const openBundle = async (
  request: BundleRequest,
): Promise<{ readonly bytes: number; readonly content: Readable }> => {
  const { key, summary, page } = request;
  const runs: BundleManifest['runs'] = [];
  const evidence: Hashed[] = [];
  const signers = new Set<string>();
  for (const one of request.runs) {
    const { rows, heads } = await sealedEvidence(request, one);
    runs.push({ run: one.run.id, role: one.role, chain: rows.map(linkOf), heads: heads.map(headOf) });
    evidence.push(...(await evidenceFiles(request, rows, heads)));
    for (const head of heads) signers.add(head.key);
  }
  const files = [
    textFile('summary.html', page),
    textFile('summary.json', `${JSON.stringify(summary, null, 2)}\n`),
    textFile(KEY_FILE, key.publicKey),
    ...olderKeys(key, signers),
    ...evidence,
  ];
  const manifest = Buffer.from(`${JSON.stringify(manifestOf(request, files, runs), null, 2)}\n`);
  return bundleZip([
    bytesEntry(MANIFEST_FILE, manifest),
    bytesEntry(SIGNATURE_FILE, key.signBytes(manifest)),
    ...files,
  ]);
};

const manifestOf = (
  { key, instance, summary }: BundleRequest,
  files: readonly Hashed[],
  runs: BundleManifest['runs'],
): BundleManifest => ({
  format: 'slipway-evidence-bundle',
  version: 1,
  instance,
  run: summary.run.id,
  key: { id: key.id, fingerprint: key.fingerprint },
  files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
  runs,
});

const textFile = (path: string, text: string): Hashed => {
  const bytes = Buffer.from(text, 'utf8');
  return { ...bytesEntry(path, bytes), sha256: sha256Of(bytes) };
};

/** Of heads that were signed before the key was replaced. */
const olderKeys = (key: SigningKey, signers: ReadonlySet<string>): Hashed[] =>
  [...signers]
    .filter((id) => id !== key.id)
    .sort()
    .map((id) => textFile(`keys/${id}.pem`, key.publicKeys.get(id) ?? ''));

const ENDED = new Set(['succeeded', 'failed', 'cancelled', 'superseded']);

const sealedEvidence = async (
  { db, key }: BundleRequest,
  { run: { id, state, startedAt } }: ReleaseRun,
): Promise<{ rows: Artifact[]; heads: SignedHead[] }> => {
  const unsealed = (reason: string) => new Failure('evidence-unsealed', { run: id, reason });
  if (!ENDED.has(state)) throw unsealed(`it is ${state}`);
  if (startedAt === null) throw unsealed('it never began, and has none');
  const [rows, heads] = [await listArtifacts(db, id), await headsOfRun(db, id)];
  const last = rows.at(-1);
  if (last === undefined || (heads.at(-1)?.sequence ?? 0) < last.sequence)
    throw unsealed('no signed head covers all of it');
  const altered = (file: string, reason: string) => new Failure('evidence-altered', { file, reason });
  for (const row of rows)
    if (row.chain !== chainOf(row.previousChain, id, row)) throw altered(row.path, 'its database row was altered');
  for (const head of heads)
    if (!key.holds(head.key, signedText(head), head.signature)) throw altered(head.path, 'its signature does not hold');
  return { rows, heads };
};

const evidenceFiles = async (
  { folder }: BundleRequest,
  rows: readonly Artifact[],
  heads: readonly SignedHead[],
): Promise<Hashed[]> => {
  const expected = [
    ...rows.map(({ path, sha256 }) => ({ path, sha256 })),
    ...heads.map((head) => ({ path: head.path, sha256: sha256Of(Buffer.from(headContent(head))) })),
  ];
  const files: Hashed[] = [];
  for (const { path, sha256 } of expected) {
    const file = join(folder, path);
    const found = await hashFile(file);
    if (found === null) throw new Failure('evidence-altered', { file: path, reason: 'the file is missing' });
    if (found.sha256 !== sha256) throw new Failure('evidence-altered', { file: path, reason: 'another SHA-256' });
    files.push({ path: `${EVIDENCE_FOLDER}${path}`, ...found, open: () => createReadStream(file) });
  }
  return files;
};

const linkOf = ({ sequence, path, sha256, bytes, createdAt, previousChain, chain }: Artifact) => ({
  sequence,
  path,
  sha256,
  bytes,
  createdAt,
  previousChain,
  chain,
});

const headOf = ({ number, run, sequence, chain, previous, sealedAt, key, signature }: SignedHead) => ({
  number,
  run,
  sequence,
  chain,
  previous,
  sealedAt,
  key,
  signature,
});
