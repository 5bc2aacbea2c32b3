/** The tar archives that PostgreSQL makes of its data folder: plain names of up to 100 bytes, files, folders, links. */
import { Failure } from '@slipway/contracts/failure';

const BLOCK = 512;

export interface TarEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly mode: number;
  readonly bytes: number;
}

export interface TarSink {
  begin(entry: TarEntry): Promise<void>;
  data(piece: Buffer): Promise<void>;
  end(): Promise<void>;
}

const text = (header: Buffer, from: number, length: number): string => {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? length : end).toString('utf8');
};

/** Octal, or binary where that has no room. */
const number = (header: Buffer, from: number, length: number): number => {
  if (((header[from] ?? 0) & 0x80) === 0) return Number.parseInt(text(header, from, length).trim() || '0', 8);
  return header.subarray(from + 1, from + length).reduce((sum, byte) => sum * 256 + byte, 0);
};

const damaged = (reason: string): Failure => new Failure('archive-damaged', { object: 'base', reason });

const KINDS: Readonly<Record<string, TarEntry['kind']>> = { '0': 'file', '\0': 'file', '5': 'folder', '2': 'link' };

const entryOf = (header: Buffer): TarEntry => {
  const name = text(header, 0, 100).replace(/^\.\//, '').replace(/\/$/, '');
  const kind = KINDS[String.fromCharCode(header[156] ?? 0)];
  if (kind === undefined) throw damaged(`an entry of an unknown kind: ${name}`);
  if (name.startsWith('/') || name.split('/').includes('..')) throw damaged(`an entry outside the folder: ${name}`);
  return { name, kind, mode: number(header, 100, 8) & 0o777, bytes: kind === 'file' ? number(header, 124, 12) : 0 };
};

/** Failure: archive-damaged. */
export const unpack = async (archive: AsyncIterable<Buffer>, sink: TarSink): Promise<void> => {
  let held: Buffer = Buffer.alloc(0);
  /** Bytes of the entry, and of what fills its last block. */
  let [left, padding, over] = [0, 0, false];
  for await (const piece of archive) {
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    while (!over) {
      if (left > 0) {
        const part = held.subarray(0, left);
        if (part.length === 0) break;
        held = held.subarray(part.length);
        left -= part.length;
        await sink.data(part);
        if (left === 0) await sink.end();
      } else if (padding > 0) {
        const skipped = Math.min(padding, held.length);
        if (skipped === 0) break;
        held = held.subarray(skipped);
        padding -= skipped;
      } else {
        if (held.length < BLOCK) break;
        const header = held.subarray(0, BLOCK);
        held = held.subarray(BLOCK);
        over = header.every((byte) => byte === 0);
        if (over) break;
        const entry = entryOf(header);
        [left, padding] = [entry.bytes, (BLOCK - (entry.bytes % BLOCK)) % BLOCK];
        await sink.begin(entry);
        if (left === 0) await sink.end();
      }
    }
  }
  if (!over || left > 0) throw damaged('the archive is cut off');
};
