import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GENESIS, signedText } from '@slipway/contracts/evidence-chain';
import type { EvidenceVerdict } from '@slipway/contracts/views';
import type { SignedHead } from '../store/evidence-heads.ts';
import { hashOfHead, headContent, type Tip } from './heads.ts';
import { KEYS_FOLDER, type SigningKey } from './signing-key.ts';

export type Altered = NonNullable<EvidenceVerdict['firstAltered']>;

/** What was read of the chain. */
export interface ReadChain {
  /** Number of its last link. */
  readonly last: number;
  /** Links at the numbers that heads name. */
  readonly links: ReadonlyMap<number, string>;
}

/** The first head that does not follow the one before, is not signed by a key we trust, or says other things than chain and file. */
export const firstBrokenHead = async (
  folder: string,
  key: SigningKey,
  heads: readonly SignedHead[],
  chain: ReadChain,
): Promise<Altered | null> => {
  let before: SignedHead | null = null;
  for (const head of heads) {
    const reason =
      brokenOrder(head, before) ??
      brokenSignature(key, head) ??
      brokenChain(head, chain) ??
      (await brokenFile(folder, head.path, headContent(head)));
    if (reason !== null) return { path: head.path, reason };
    before = head;
  }
  return null;
};

const brokenOrder = (head: SignedHead, before: SignedHead | null): string | null => {
  const number = before?.number ?? 0;
  if (head.number !== number + 1)
    return `the signed heads between ${number} and ${head.number} are missing from the database`;
  return head.previous === (before === null ? GENESIS : hashOfHead(before))
    ? null
    : 'this signed head does not follow the one before it';
};

const brokenSignature = (key: SigningKey, head: SignedHead): string | null => {
  if (!key.publicKeys.has(head.key)) return `it is signed with key ${head.key}, which is not in the key file`;
  return key.holds(head.key, signedText(head), head.signature) ? null : 'its signature does not hold';
};

const brokenChain = (head: SignedHead, { last, links }: ReadChain): string | null => {
  if (head.sequence > last)
    return `it signs ${head.sequence} entries, but those after ${last} are missing from the database`;
  return links.get(head.sequence) === head.chain ? null : 'the chain is not the one that was signed';
};

const brokenFile = async (folder: string, path: string, wanted: string): Promise<string | null> => {
  const found = await readFile(join(folder, path), 'utf8').catch(() => null);
  if (found === null) return 'the file is missing';
  return found === wanted ? null : 'the file was altered: it does not say what its database row says';
};

/** Paths of the public keys that lie in the evidence folder. */
export const keyPaths = (key: SigningKey): Map<string, string> =>
  new Map([...key.publicKeys].map(([id, pem]) => [`${KEYS_FOLDER}/${id}.pem`, pem]));

export const firstBrokenKey = async (folder: string, key: SigningKey): Promise<Altered | null> => {
  for (const [path, pem] of keyPaths(key))
    if ((await readFile(join(folder, path), 'utf8').catch(() => null)) !== pem)
      return { path, reason: 'it is not the public half of the key that signs' };
  return null;
};

/** Heads that were cut off at the end, rows and files: the tip, which lies elsewhere, still names the last one. */
export const brokenTip = (
  tip: Tip | null,
  name: string,
  heads: readonly SignedHead[],
  busy: ReadonlySet<string>,
): Altered | null => {
  const last = heads.at(-1);
  if (tip === null)
    // The very first head is signed, and its run goes on to write the tip.
    return last === undefined || (heads.length === 1 && busy.has(last.run))
      ? null
      : { path: name, reason: 'the file that names the newest signed head is missing' };
  const named = heads.find((head) => head.number === tip.number);
  if (named !== undefined && headContent(named) === tip.content) return null;
  if (tip.number > (last?.number ?? 0))
    return {
      path: name,
      reason: `it names signed head ${tip.number}, but those after ${last?.number ?? 0} are missing: the newest runs were cut off`,
    };
  return { path: name, reason: 'it does not name a signed head that there is' };
};
