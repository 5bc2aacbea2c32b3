/** `<data>/server.pid`: which process `slipway down` ends. The server writes and removes it; we remove what a killed one left. */
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io } from '../io.ts';
import { readText } from './read-text.ts';

const fileIn = (folder: string): string => join(folder, 'server.pid');

export const isAlive = (pid: number): boolean => {
  // To the kernel these mean "everybody".
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Ended, but nobody asked how: in a container whose first process does not reap, that lasts for ever. */
const isZombie = (pid: number): boolean => {
  try {
    return /^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** Numbers are used again: after a reboot the one in the file may be somebody else's. Where /proc is missing we trust the file. */
export const mentions = async (pid: number, entry: string): Promise<boolean> => {
  try {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    return words.includes(entry);
  } catch {
    return true;
  }
};

/** The process id of the server on this data folder; null when none runs. */
export const readPid = async (io: Io, folder: string): Promise<number | null> => {
  const pid = Number((await readText(fileIn(folder)))?.trim());
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return null;
  return (await mentions(pid, io.serverEntry)) ? pid : null;
};

/** What a server left that was killed, or that never came to write it; one that runs keeps its file. */
export const removeStalePid = async (io: Io, folder: string): Promise<void> => {
  if ((await readPid(io, folder)) === null) await rm(fileIn(folder), { force: true });
};

const POLL_MILLISECONDS = 50;
/** Asks a process to stop and waits for it; after `graceMilliseconds` it is killed. */
export const stopProcess = async (io: Io, pid: number, graceMilliseconds: number): Promise<void> => {
  const until = io.now().getTime() + graceMilliseconds;
  send(pid, 'SIGTERM');
  while (isAlive(pid)) {
    if (io.now().getTime() > until) send(pid, 'SIGKILL');
    await io.sleep(POLL_MILLISECONDS);
  }
};

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};
