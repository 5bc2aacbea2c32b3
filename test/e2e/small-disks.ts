import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What fills a disk is a file, or a folder of files, of this name, so that a step really gets ENOSPC. */
const FILLER = 'filler';

/** File systems in memory, mounted over folders. */
export const smallDisks = () => {
  const mounted: string[] = [];
  return {
    mount: (folder: string, megabytes: number, more = ''): void => {
      mkdirSync(folder, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0711${more}`, 'tmpfs', folder]);
      mounted.unshift(folder);
    },
    freeAll: (): void => mounted.forEach(free),
    remove: (): void => {
      for (const folder of mounted.splice(0)) execFileSync('umount', ['--lazy', folder]);
    },
  };
};

/** To the last byte, or until so many are left. */
export const fill = (folder: string, left = 0): void => {
  const file = openSync(join(folder, FILLER), 'a');
  let size = 1024 * 1024;
  while (size > 0)
    try {
      writeSync(file, Buffer.alloc(size));
    } catch {
      size = Math.floor(size / 2);
    }
  if (left > 0) ftruncateSync(file, Math.max(0, fstatSync(file).size - left));
  fsyncSync(file);
  closeSync(file);
};

/** Until no file more can be made: a filestore is copied by links, which take names and no room. */
export const fillWithFiles = (folder: string): void => {
  const crowd = join(folder, FILLER);
  mkdirSync(crowd);
  try {
    for (let count = 0; ; count++) closeSync(openSync(join(crowd, String(count)), 'w'));
  } catch {
    // Full.
  }
};

export const free = (folder: string): void => rmSync(join(folder, FILLER), { recursive: true, force: true });
