import { createInterface } from 'node:readline/promises';
import { Failure } from '@slipway/contracts/failure';
import type { Flag } from '../command.ts';
import { Interrupted } from '../interrupted.ts';
import type { Io } from '../io.ts';
import type { Session } from '../session.ts';

export const YES: Flag = { flags: '-y, --yes', says: 'do not ask; needed where nobody can answer (a script, --json)' };

/**
 * What cannot be undone is asked for on a terminal; where nobody can answer it needs --yes, so that a script says so on purpose.
 * Failures: usage, not-confirmed; Interrupted by Ctrl-C.
 */
export const agree = async (
  session: Session,
  { question, otherwise }: { readonly question: () => Promise<string> | string; readonly otherwise: string },
): Promise<void> => {
  if (session.globals.json || session.io.stdin.isTTY !== true)
    throw new Failure('usage', { reason: `${otherwise}: nobody is here to be asked, so this needs --yes.` });
  if (!(await confirm(session.io, await question()))) throw new Failure('not-confirmed', { otherwise });
};

const confirm = async (io: Io, question: string): Promise<boolean> => {
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
