import { createInterface } from 'node:readline/promises';
import { Interrupted } from '../interrupted.ts';
import type { Io } from '../io.ts';

/** Asks on a terminal; without one the answer is no. */
export const confirm = async (io: Io, question: string): Promise<boolean> => {
  if (io.stdin.isTTY !== true) return false;
  const asking = createInterface({ input: io.stdin, output: io.stderr });
  asking.once('SIGINT', () => asking.close());
  try {
    const answer = await asking.question(`${question} [y/N] `, { signal: io.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    // Closed by Ctrl-C or by the end of the input.
    throw new Interrupted();
  } finally {
    asking.close();
  }
};
