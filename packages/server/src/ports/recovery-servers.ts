import type { DatabaseAddress } from './database-copy.ts';

export interface RecoveryServer {
  /** Of a database on it, as a role that the restored server knows. */
  address(database: string, role: string): DatabaseAddress;
  /** The same database, as the same role, that the address names on the server that was copied. */
  addressLike(original: DatabaseAddress): DatabaseAddress;
  /** The last lines that the server wrote. */
  said(): Promise<string>;
  hasEnded(): Promise<boolean>;
  /** Stops it. Its folder stays. Safe to repeat. */
  stop(): Promise<void>;
}

export interface RecoveryPlace {
  /** As it was prepared. */
  readonly folder: string;
  readonly major: number;
}

/**
 * A PostgreSQL that exists only to replay a log and to be read: reached by a socket that only this machine's administrator may open, without a password.
 * Failures: recovery-impossible (no such PostgreSQL on this machine), docker-unreachable (retry), disk-full.
 */
export interface RecoveryServers {
  /** Where a server of that name has its files; nothing is made. */
  folderFor(name: string): string;
  /** Empty folders for its data and its socket, as the server sees them, too; `folder` must have been removed before. */
  prepare(folder: string): Promise<{ readonly data: string; readonly socket: string }>;
  /** Gives the folder to PostgreSQL's user and starts it. One that runs there already is stopped first. */
  start(place: RecoveryPlace): Promise<RecoveryServer>;
  /** Stops what runs there and removes the folder. Safe to repeat. */
  remove(folder: string): Promise<void>;
}
