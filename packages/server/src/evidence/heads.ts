import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GENESIS, signedText } from '@slipway/contracts/evidence-chain';
import type { Pool, PoolClient } from 'pg';
import type { Clock } from '../domain/clock.ts';
import { lastArtifact, listArtifacts, lockChain, requireHeld } from '../store/artifacts.ts';
import { appendHead, type EvidenceHead, headsOfRun, newestHead, type SignedHead } from '../store/evidence-heads.ts';
import { inTransaction } from '../store/queryable.ts';
import { listFiles, putInPlace, writePartial } from './files.ts';
import type { SigningKey } from './signing-key.ts';

export interface EvidenceSigning {
  readonly key: SigningKey;
  /** The newest head, apart from both stores: what was cut off at the end is missed by comparing with it. */
  readonly tipFile: string;
}

/** What stands in the head's file and in the tip file. */
export const headContent = (head: SignedHead): string =>
  `${JSON.stringify({ signed: signedText(head), signature: head.signature }, null, 2)}\n`;

export const hashOfHead = (head: SignedHead): string =>
  createHash('sha256')
    .update(`${signedText(head)}\n${head.signature}`)
    .digest('hex');

export const isHeadFile = (path: string): boolean => /^[^/]+\/head-\d+\.json$/.test(path);

export interface HeadRequest {
  readonly folder: string;
  readonly db: Pool;
  readonly run: string;
  readonly fence: number;
  readonly clock: Clock;
  readonly signing: EvidenceSigning;
}

/** Signs what the chain is now, once for what the run has written: file, row, then the tip. All of it may be done twice. */
export const sealWithHead = async (request: HeadRequest, runFolder: string): Promise<void> => {
  const head = await inTransaction(request.db, async (tx) => {
    await lockChain(tx);
    await requireHeld(tx, request.run, request.fence);
    const heads = await headsOfRun(tx, request.run);
    const written = (await listArtifacts(tx, request.run)).at(-1)?.sequence ?? 0;
    const own = heads.at(-1);
    return own !== undefined && own.sequence >= written ? own : add(tx, request, runFolder, heads);
  });
  await keepTip(request.signing.tipFile, head);
};

const add = async (
  tx: PoolClient,
  request: HeadRequest,
  runFolder: string,
  known: readonly SignedHead[],
): Promise<SignedHead> => {
  const [link, before] = [await lastArtifact(tx), await newestHead(tx)];
  const number = (before?.number ?? 0) + 1;
  const unsigned: EvidenceHead = {
    number,
    run: request.run,
    sequence: link?.sequence ?? 0,
    chain: link?.chain ?? GENESIS,
    previous: before === null ? GENESIS : hashOfHead(before),
    sealedAt: request.clock.now().toISOString(),
    key: request.signing.key.id,
  };
  const path = `${runFolder}/head-${number}.json`;
  const head = { ...unsigned, path, signature: request.signing.key.sign(signedText(unsigned)) };
  await removeUnrecorded(request.folder, runFolder, new Set(known.map((one) => one.path)));
  await write(join(request.folder, path), headContent(head));
  await appendHead(tx, head);
  return head;
};

/** A crash between file and row leaves a head that never was; its number is given again. */
const removeUnrecorded = async (folder: string, runFolder: string, known: ReadonlySet<string>): Promise<void> => {
  for (const path of await listFiles(folder, join(folder, runFolder)))
    if (isHeadFile(path) && !known.has(path)) await rm(join(folder, path), { force: true });
};

const write = async (file: string, content: string): Promise<void> => {
  await putInPlace(await writePartial(dirname(file), Buffer.from(content, 'utf8')), file);
};

/** Never back to an older one: two control planes may end two runs at once. */
const keepTip = async (file: string, head: SignedHead): Promise<void> => {
  const known = await readTip(file);
  if (known === null || known.number < head.number) await write(file, headContent(head));
};

export interface Tip {
  readonly name: string;
  readonly number: number;
  readonly content: string;
}

/** Null when there is none. One that cannot be read counts as number 0: it is some head's content, or it was altered. */
export const readTip = async (file: string): Promise<Tip | null> => {
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return content === null ? null : { name: basename(file), number: numberOf(content), content };
};

const numberOf = (content: string): number => {
  try {
    return Number((JSON.parse((JSON.parse(content) as { signed: string }).signed) as { number: number }).number) || 0;
  } catch {
    return 0;
  }
};
