/**
 * Where tests put their files: in memory, where there is plenty of it. They make and drop databases by the thousand, each of a thousand files, and
 * ext4 looks through all names freed of late before it takes one: on a small machine a sixth of the tests' time.
 */
import { chmodSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { removeOrphans, takeAway } from './test-orphans.ts';

const MEMORY = '/dev/shm';
const PREFIX = 'slipway-tests-';
/** Type of a file system in memory: https://man7.org/linux/man-pages/man2/statfs.2.html */
const TMPFS = 0x01021994;
const GIBIBYTE = 2 ** 30;
/** Some 2 GiB are used at most; the rest is for the Odoos beside it. */
const ROOM_BYTES = 6 * GIBIBYTE;
const AVAILABLE_BYTES = 14 * GIBIBYTE;

export interface Scratch {
  readonly folder: string;
  remove(): void;
}

/** Null: not enough memory, or no Linux; then it is the folder for temporary files, as ever. */
export const openScratch = (): Scratch | null => {
  if (!hasRoom()) return null;
  removeOrphans(MEMORY, PREFIX);
  const folder = join(MEMORY, `${PREFIX}${process.pid}`);
  mkdirSync(folder);
  // Other users' programs work there, too; the mode of mkdir is cut by the umask.
  chmodSync(folder, 0o1777);
  const remove = (): void => takeAway(folder);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      remove();
      process.exit(1);
    });
  return { folder, remove };
};

const hasRoom = (): boolean => {
  try {
    const { type, bavail, bsize } = statfsSync(MEMORY);
    return type === TMPFS && bavail * bsize >= ROOM_BYTES && availableBytes() >= AVAILABLE_BYTES;
  } catch {
    return false;
  }
};

const availableBytes = (): number => {
  const found = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'));
  return Number(found?.[1] ?? 0) * 1024;
};
