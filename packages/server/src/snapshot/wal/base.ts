/** Copies of a server's whole data folder: what the log is replayed on. `bases/<project>/<id>.base` makes one exist and is written last. */
import { Failure } from '@slipway/contracts/failure';
import type { BaseStream, Lsn, WalServer } from '../../ports/wal-source.ts';
import type { Repository } from '../repository.ts';
import type { Lineage } from './chain.ts';
import { getSealed, putSealed } from './sealed-blob.ts';

/** Large enough that a terabyte is some ten thousand objects, small enough to be held. */
const PART_BYTES = 32 * 1024 * 1024;

export interface Base {
  readonly id: string;
  readonly lineage: Lineage;
  /** ISO 8601, of the server's clock: no moment before `finishedAt` can be reached with it. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly start: Lsn;
  readonly end: Lsn;
  readonly server: Omit<WalServer, 'keepsAtMost'>;
  /** Bytes of each part, as they were read. */
  readonly parts: readonly number[];
  readonly storedBytes: number;
}

export const BASES = 'bases/';
const folderOf = (project: string): string => `${BASES}${project}/`;
const nameOf = (project: string, id: string): string => `${folderOf(project)}${id}.base`;
const partName = (project: string, id: string, part: number): string =>
  `${folderOf(project)}${id}/${String(part).padStart(6, '0')}`;

export interface WriteBase {
  readonly id: string;
  readonly lineage: Lineage;
  readonly server: WalServer;
  readonly stream: BaseStream;
  /** Of the server's clock. */
  readonly now: () => Promise<Date>;
  readonly to: Repository;
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

export const writeBase = async (wanted: WriteBase): Promise<Base> => {
  const { id, lineage, stream, to, signal } = wanted;
  if (stream.timeline !== lineage.timeline)
    throw new Failure('wal-lost', { reason: `the server is on timeline ${stream.timeline} now` });
  const startedAt = (await wanted.now()).toISOString();
  const parts: number[] = [];
  let storedBytes = 0;
  for await (const part of cut(stream.archive, PART_BYTES)) {
    signal.throwIfAborted();
    storedBytes += await putSealed(to, partName(lineage.project, id, parts.length), part);
    parts.push(part.length);
    wanted.onProgress(parts.reduce((sum, bytes) => sum + bytes, 0));
  }
  const { keepsAtMost: _, ...server } = wanted.server;
  const base = { id, lineage, startedAt, finishedAt: (await wanted.now()).toISOString(), server, parts, storedBytes };
  const whole: Base = { ...base, start: stream.start, end: stream.end() };
  const document = { format: 1, ...base, start: String(whole.start), end: String(whole.end) };
  await putSealed(to, nameOf(lineage.project, id), Buffer.from(JSON.stringify(document)));
  return whole;
};

async function* cut(pieces: AsyncIterable<Buffer>, size: number): AsyncIterable<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < size) continue;
    yield Buffer.concat(held);
    [held, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(held);
}

/** Oldest first. Failures: archive-damaged, snapshot-key-wrong, and the store's. */
export const listBases = async (from: Repository, project: string): Promise<Base[]> => {
  const names: string[] = [];
  for await (const { name } of from.store.list(folderOf(project))) if (name.endsWith('.base')) names.push(name);
  const bases: Base[] = [];
  for (const name of names) {
    const { format, start, end, ...rest } = JSON.parse((await getSealed(from, name)).toString('utf8'));
    if (format !== 1) throw new Failure('snapshot-too-new', { snapshot: name, reason: `its format is ${format}` });
    bases.push({ ...rest, start: BigInt(start), end: BigInt(end) });
  }
  return bases.sort((a, b) => a.finishedAt.localeCompare(b.finishedAt));
};

/** The archive, as it was read. */
export async function* readBase(from: Repository, { lineage, id, parts }: Base): AsyncIterable<Buffer> {
  for (const [part, bytes] of parts.entries()) {
    const name = partName(lineage.project, id, part);
    const content = await getSealed(from, name);
    if (content.length !== bytes)
      throw new Failure('archive-damaged', { object: name, reason: 'it has another length' });
    yield content;
  }
}

/** First what makes it exist. Safe to repeat. */
export const removeBase = async (from: Repository, project: string, id: string): Promise<void> => {
  await from.store.remove(nameOf(project, id));
  for await (const { name } of from.store.list(`${folderOf(project)}${id}/`)) await from.store.remove(name);
};

/** Ids of copies that were begun and never finished, or half removed. */
export const unfinishedBases = async (from: Repository, project: string): Promise<string[]> => {
  const [whole, begun] = [new Set<string>(), new Set<string>()];
  for await (const { name } of from.store.list(folderOf(project))) {
    const found = /^([^/]+?)(?:\.base|\/\d+)$/.exec(name.slice(folderOf(project).length));
    if (found?.[1] !== undefined) (name.endsWith('.base') ? whole : begun).add(found[1]);
  }
  return [...begun].filter((id) => !whole.has(id));
};
