import { readdirSync, readFileSync } from 'node:fs';

export const isAlive = (pid: number): boolean => {
  try {
    // One that has ended, and that nobody asked how, is not.
    return !/^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

/** The living processes of this machine that have `word` on their command line. */
export const processesWith = (word: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isAlive(pid) && wordsOf(pid).includes(word));

const wordsOf = (pid: number): string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
};
