/** A copy of a data folder and the log behind it, out of the store into a folder from which PostgreSQL starts. */
import { type FileHandle, mkdir, open, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '@slipway/contracts/failure';
import type { Lsn } from '../../ports/wal-source.ts';
import type { Repository } from '../repository.ts';
import { type Base, readBase } from './base.ts';
import { type Stretch, segmentFile, segmentStart, stretchName } from './chain.ts';
import { getSealed } from './sealed-blob.ts';
import { type TarSink, unpack } from './tar.ts';

export interface LayOut {
  readonly from: Repository;
  readonly base: Base;
  readonly chain: readonly Stretch[];
  readonly moment: Date;
  /** The server's data folder, empty. */
  readonly data: string;
  /** Folder for its socket. */
  readonly socket: string;
  readonly signal: AbortSignal;
}

/** Failures: archive-damaged, snapshot-key-wrong, disk-full, and the store's. */
export const layOut = async (wanted: LayOut): Promise<void> => {
  const { base, from, data, chain, signal } = wanted;
  await requireRoom(base, chain, data);
  await unpack(readBase(from, base), intoFolder(data, signal));
  await layLog(wanted);
  await writeFile(join(data, 'standby.signal'), '');
  // What the copied server was told is about another machine: files, programs, whom to follow.
  await writeFile(join(data, 'postgresql.conf'), settingsOf(wanted));
  await writeFile(join(data, 'postgresql.auto.conf'), '');
  await writeFile(join(data, 'pg_ident.conf'), '');
  await writeFile(join(data, 'pg_hba.conf'), 'local all all trust\n');
};

const requireRoom = async (base: Base, chain: readonly Stretch[], folder: string): Promise<void> => {
  const segments = new Set(chain.map(({ start }) => segmentStart(start, base.server.segmentBytes))).size;
  const needed = base.parts.reduce((sum, bytes) => sum + bytes, 0) + segments * base.server.segmentBytes;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize > needed * 1.1) return;
  const reason = `the recovery needs ${Math.ceil((needed * 1.1) / 1e6)} MB, free are ${Math.floor((bavail * bsize) / 1e6)} MB`;
  throw new Failure('disk-full', { reason });
};

const intoFolder = (folder: string, signal: AbortSignal): TarSink => {
  let file: FileHandle | null = null;
  return {
    begin: async ({ name, kind, mode }) => {
      signal.throwIfAborted();
      const path = join(folder, name);
      // A link leads to where the log lies on the copied server; here it lies in the folder.
      if (kind !== 'file') return void (await mkdir(path, { recursive: true, mode: 0o700 }));
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      file = await open(path, 'w', mode & 0o700);
    },
    data: async (piece) => {
      for (let rest = piece; rest.length > 0; ) {
        const { bytesWritten } = await (file as FileHandle).write(rest);
        rest = rest.subarray(bytesWritten);
      }
    },
    end: async () => {
      await file?.close();
      file = null;
    },
  };
};

/** Into pg_wal itself, so that nothing has to be fetched by a program that PostgreSQL would have to know. */
const layLog = async ({ from, base, chain, data, signal }: LayOut): Promise<void> => {
  const { segmentBytes } = base.server;
  const bySegment = Map.groupBy(chain, ({ start }) => segmentStart(start, segmentBytes));
  for (const [segment, stretches] of bySegment) {
    signal.throwIfAborted();
    const content = Buffer.alloc(segmentBytes);
    for (const stretch of stretches) {
      const name = stretchName(base.lineage, stretch);
      const bytes = await getSealed(from, name);
      if (BigInt(bytes.length) !== stretch.end - stretch.start)
        throw new Failure('archive-damaged', { object: name, reason: 'it has another length' });
      bytes.copy(content, Number(stretch.start - segment));
    }
    const file = segmentFile(base.lineage.timeline, segment, segmentBytes);
    await writeFile(join(data, 'pg_wal', file), content, { mode: 0o600 });
  }
};

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Nothing has to outlive this server, so nothing waits for the disk. */
const settingsOf = ({ base, moment, socket }: LayOut): string =>
  [
    ...Object.entries(base.server.settings),
    ['listen_addresses', ''],
    ['unix_socket_directories', socket],
    ['unix_socket_permissions', '0700'],
    ['hot_standby', 'on'],
    ['archive_mode', 'off'],
    ['fsync', 'off'],
    ['full_page_writes', 'off'],
    ['autovacuum', 'off'],
    ['log_min_messages', 'log'],
    ['recovery_target_time', moment.toISOString().replace('T', ' ').replace('Z', '+00')],
    ['recovery_target_action', 'pause'],
    ['recovery_target_timeline', 'current'],
  ]
    .map(([name, value]) => `${name} = ${quoted(String(value))}\n`)
    .join('');

export const chainEnd = (chain: readonly Stretch[], otherwise: Lsn): Lsn => chain.at(-1)?.end ?? otherwise;
