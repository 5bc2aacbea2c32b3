import type { DatabaseAddress } from './database-copy.ts';

/** Position in the write-ahead log. */
export type Lsn = bigint;

/** What has to be known of a server before its log can be kept, and to start one that reads it again. */
export interface WalServer {
  /** Which log it is: another system or timeline is another history. */
  readonly system: string;
  readonly timeline: number;
  readonly major: number;
  readonly segmentBytes: number;
  /** Name of the superuser that initdb made: nobody else is sure to be there. */
  readonly superuser: string;
  /** Settings that a server which replays the log must not have lower. */
  readonly settings: Readonly<Record<string, string>>;
  /** How much log the server keeps for a reader that is away, in bytes; null: any amount, until its disk is full. */
  readonly keepsAtMost: number | null;
}

export interface WalPiece {
  readonly start: Lsn;
  readonly bytes: Buffer;
}

export interface WalStream extends AsyncIterable<WalPiece> {
  /** The server may forget what lies before: it is stored. */
  confirm(stored: Lsn): void;
}

export interface BaseStream {
  /** Replay begins here. */
  readonly start: Lsn;
  readonly timeline: number;
  /** A tar archive of the server's data folder. */
  readonly archive: AsyncIterable<Buffer>;
  /** After the archive: replay has to get at least so far. */
  end(): Lsn;
}

/**
 * The write-ahead log of a server as it is written, and copies of its data folder, by PostgreSQL's replication protocol.
 * Failures: database-unreachable (retry), database-refused, archive-refused (the role may not, or the server is too old), wal-lost.
 */
export interface WalSource {
  look(at: DatabaseAddress): Promise<WalServer>;
  /** A place in the server's log from which on it keeps everything for us. Safe to repeat; true: it had to be made. */
  ensureSlot(at: DatabaseAddress, slot: string): Promise<boolean>;
  /** Success when there is none. */
  dropSlot(at: DatabaseAddress, slot: string): Promise<void>;
  /** Everything that was committed at `at` lies before `flushed`; `retained`: bytes of log that the server keeps for the slot. */
  moment(
    at: DatabaseAddress,
    slot: string,
  ): Promise<{ readonly at: Date; readonly flushed: Lsn; readonly retained: number }>;
  /** From exactly `start` on, until the signal is aborted. */
  receive(
    at: DatabaseAddress,
    from: { readonly slot: string; readonly start: Lsn; readonly timeline: number; readonly signal: AbortSignal },
  ): Promise<WalStream>;
  base(at: DatabaseAddress, signal: AbortSignal): Promise<BaseStream>;
}
