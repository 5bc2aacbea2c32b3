import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { chainOf, GENESIS } from '@slipway/contracts/evidence-chain';
import type { EvidenceVerdict } from '@slipway/contracts/views';
import { type Artifact, readChain, runsAtWork } from '../store/artifacts.ts';
import { readHeads, type SignedHead, unsealedRuns } from '../store/evidence-heads.ts';
import type { Queryable } from '../store/queryable.ts';
import { hashFile, isPartial, listFiles } from './files.ts';
import { type EvidenceSigning, hashOfHead, readTip } from './heads.ts';
import { KEYS_FOLDER } from './signing-key.ts';
import { type Altered, brokenTip, firstBrokenHead, firstBrokenKey, keyPaths, type ReadChain } from './verify-heads.ts';

const PAGE = 500;

interface Where {
  readonly folder: string;
  readonly db: Queryable;
  readonly signing: EvidenceSigning;
}

/**
 * Checks every row against the chain, every file against its row, every signed head against chain and key, that every ended run has one, and
 * that there is nothing more. Reads only. Names the first entry that does not hold, in the order in which they were written.
 * What it cannot see: docs/decisions/0064.
 */
export const verifyEvidence = async (where: Where): Promise<EvidenceVerdict> => {
  const { key, tipFile } = where.signing;
  // Tip and files first, then who is at work, rows last: what is being recorded at this moment is then not taken for an intruder.
  const tip = await readTip(tipFile);
  const files = await listFiles(where.folder);
  const folders = await runFolders(where.folder);
  const busy = await runsAtWork(where.db);
  const unsealed = await unsealedRuns(where.db);
  const heads = await readHeads(where.db);
  const chain = await verifyChain(where, new Set(heads.map((head) => head.sequence)));
  const known = new Set([...chain.known, ...heads.map((head) => head.path), ...keyPaths(key).keys()]);
  const firstAltered =
    chain.altered ??
    (await firstBrokenHead(where.folder, key, heads, chain)) ??
    firstUnsealed(unsealed) ??
    (await firstBrokenKey(where.folder, key)) ??
    firstExtra(files, known, busy) ??
    firstStrangeFolder(folders, known, busy) ??
    brokenTip(tip, basename(tipFile), heads, busy);
  return {
    ok: firstAltered === null,
    checked: chain.known.size,
    firstAltered,
    heads: heads.length,
    newestHead: newest(heads.at(-1)),
    publicKey: key.publicKey,
  };
};

const newest = (head: SignedHead | undefined): EvidenceVerdict['newestHead'] =>
  head === undefined
    ? null
    : { number: head.number, hash: hashOfHead(head), run: head.run, sealedAt: head.sealedAt, key: head.key };

interface VerifiedChain extends ReadChain {
  readonly known: ReadonlySet<string>;
  readonly altered: Altered | null;
}

const verifyChain = async (where: Where, wanted: ReadonlySet<number>): Promise<VerifiedChain> => {
  const known = new Set<string>();
  const links = new Map<number, string>();
  let previous: Pick<Artifact, 'sequence' | 'chain'> = { sequence: 0, chain: GENESIS };
  for (;;) {
    const rows = await readChain(where.db, previous.sequence, PAGE);
    for (const row of rows) {
      const reason = brokenLink(row, previous) ?? (await brokenFile(where.folder, row));
      if (reason !== null) return { known, links, last: previous.sequence, altered: { path: row.path, reason } };
      known.add(row.path);
      if (wanted.has(row.sequence)) links.set(row.sequence, row.chain);
      previous = row;
    }
    if (rows.length < PAGE) return { known, links, last: previous.sequence, altered: null };
  }
};

const brokenLink = (row: Artifact, previous: Pick<Artifact, 'sequence' | 'chain'>): string | null => {
  if (row.sequence !== previous.sequence + 1)
    return `the entries between ${previous.sequence} and ${row.sequence} are missing from the database`;
  if (row.previousChain !== previous.chain) return 'its database row does not follow the one before it';
  if (row.chain !== chainOf(previous.chain, row.run, row)) return 'its database row was altered';
  return null;
};

const brokenFile = async (folder: string, row: Artifact): Promise<string | null> => {
  const found = await hashFile(join(folder, row.path));
  if (found === null) return 'the file is missing';
  if (found.bytes !== row.bytes) return `the file was altered: ${found.bytes} bytes instead of ${row.bytes}`;
  return found.sha256 === row.sha256 ? null : 'the file was altered: another SHA-256';
};

const firstUnsealed = (runs: Awaited<ReturnType<typeof unsealedRuns>>): Altered | null => {
  const [first] = runs;
  if (first === undefined) return null;
  const reason = `run ${first.run} has ended, and no signed head covers ${first.path === null ? 'it' : 'its last entry'}`;
  return { path: first.path ?? first.run, reason };
};

/** Files of a run that is at work may not have their row yet. */
const isBusy = (path: string, busy: ReadonlySet<string>): boolean => busy.has(/^[^/]+?Z-([^/]+)/.exec(path)?.[1] ?? '');

const firstExtra = (
  files: readonly string[],
  known: ReadonlySet<string>,
  busy: ReadonlySet<string>,
): Altered | null => {
  const path = files.find((candidate) => !known.has(candidate) && !isBusy(candidate, busy));
  if (path === undefined) return null;
  const reason = isPartial(path) ? 'a file that was never finished' : 'the file is not recorded in the database';
  return { path, reason };
};

const runFolders = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && entry.name !== KEYS_FOLDER).map((entry) => entry.name);
};

/** Only an empty one gets here: what lies in it would have been named. */
const firstStrangeFolder = (
  folders: readonly string[],
  known: ReadonlySet<string>,
  busy: ReadonlySet<string>,
): Altered | null => {
  const recorded = new Set([...known].map((path) => path.split('/')[0]));
  const path = [...folders].sort().find((name) => !recorded.has(name) && !isBusy(name, busy));
  return path === undefined ? null : { path, reason: 'a folder of no run that is recorded in the database' };
};
