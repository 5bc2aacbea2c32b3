import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Above what builds and programs get; below what the kernel's own work has. Three times the share of niceness 0. */
const NICENESS = -5;

/**
 * This process computes little, and webhooks, people and leases wait for it: it comes before others when there is too little processor.
 * The programs that it starts have sessions of their own and give the rest back (`run-command.ts`). Without the right to it nothing changes.
 */
export const goFirst = (): void => {
  try {
    // Linux counts by thread. One that was left behind would hold up the others: a garbage collection waits for all its helpers.
    for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), NICENESS);
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  raiseSession();
};

/** Where the kernel gives each session one share of the processor, niceness counts within it only (autogroup, sched(7)). */
const raiseSession = (): void => {
  try {
    // Somebody's terminal is not ours to raise.
    if (sessionOf(readFileSync('/proc/self/stat', 'utf8')) !== process.pid) return;
    writeFileSync('/proc/self/autogroup', String(NICENESS));
  } catch {
    // No such kernel, or no right to it.
  }
};

/** The sixth field; the second one is a name that may hold anything, in brackets (proc_pid_stat(5)). */
export const sessionOf = (stat: string): number => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
