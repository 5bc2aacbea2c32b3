import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Above what builds and programs get; below what the kernel's own work has. */
const NICENESS = -5;

/**
 * This process computes little, and webhooks, people and leases wait for it: it comes before others when there is too little processor.
 * The edge, which it starts, inherits that; other programs give it back (`run-command.ts`). Without the right to it nothing changes.
 */
export const goFirst = (): void => {
  try {
    // Linux counts by thread. One that was left behind would hold up the others: a garbage collection waits for all its helpers.
    for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), NICENESS);
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
};
